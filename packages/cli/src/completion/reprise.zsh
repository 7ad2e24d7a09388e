#compdef reprise
# completion of reprise for zsh
_reprise() {
  local -a lines ends open
  local line entry
  lines=("${(@f)$("${(Q)words[1]}" __complete -- "${(@Q)words[2,CURRENT]}" 2>/dev/null)}")
  [[ $lines[1] == files ]] && { _files; return; }
  for line in "${(@)lines[2,-1]}"; do
    [[ -z $line ]] && continue
    entry="${${line%%$'\t'*}//:/\\:}:${line#*$'\t'}"
    [[ $line == */$'\t'* ]] && open+=("$entry") || ends+=("$entry")
  done
  _describe -t reprise reprise ends -- open -S ''
}
if [[ $funcstack[1] == _reprise ]]; then _reprise "$@"; else compdef _reprise reprise; fi
