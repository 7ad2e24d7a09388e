/** The demo as lines to type in a shell at the root of the repository; printed at its end. */
export const byHand = `By hand, with the server that \`make serve\` starts:

  export SB_API_ENDPOINT=http://127.0.0.1:8080/v2 SB_AUTH_TOKEN=$(cat ~/.local/share/reprise/admin-token)
  call() { curl -sS -H "X-SBG-Auth-Token: $SB_AUTH_TOKEN" -H 'Content-Type: application/json' "$@"; echo; }
  upload() { bin/reprise upload --project admin/demo examples/somatic-variants/inputs/$1 | cut -f1; }

  call $SB_API_ENDPOINT/projects -d '{"name": "demo"}'
  bin/reprise apps push examples/somatic-variants/workflow.cwl admin/demo/somatic-variants
  TASK=$(call "$SB_API_ENDPOINT/tasks?action=run" -d '{
    "project": "admin/demo", "app": "admin/demo/somatic-variants", "name": "somatic variants", "inputs": {
      "input_fasta_file": {"class": "File", "path": "'$(upload reference.fa)'"},
      "Normal_BAM": {"class": "File", "path": "'$(upload normal.bam)'"},
      "Tumor_BAM": {"class": "File", "path": "'$(upload tumor.bam)'"}}}' | grep -oE '[0-9a-f-]{36}' | head -1)
  call $SB_API_ENDPOINT/tasks/$TASK
  call -X POST "$SB_API_ENDPOINT/tasks/$TASK/actions/clone?action=run"
  bin/reprise rerun $TASK --set minimum_tumor_fraction=0.2
  bin/reprise download $TASK --outdir calls`
