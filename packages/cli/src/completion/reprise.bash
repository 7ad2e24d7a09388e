# completion of reprise for bash
_reprise() {
  local -a lines words=("${COMP_WORDS[@]:1:COMP_CWORD}")
  local IFS line text about
  mapfile -t lines < <("${COMP_WORDS[0]}" __complete -- "${words[@]//\\/}" 2>/dev/null)
  COMPREPLY=()
  [[ ${lines[0]} == files ]] && { compopt -o default; return; }
  for line in "${lines[@]:1}"; do
    text=${line%%$'\t'*} about=${line#*$'\t'}
    [[ ${#lines[@]} == 2 && $text == */ ]] && compopt -o nospace
    printf -v text %q "$text"
    # 63 is a list of what there is, which nothing is taken from
    [[ ${COMP_TYPE:-0} == 63 && ${#lines[@]} -gt 2 && $about ]] && text+="  ($about)"
    COMPREPLY+=("$text")
  done
}
complete -F _reprise reprise
