cwlVersion: v1.2
class: Workflow
inputs: []
outputs: []
steps:
  one:
    in: { number: { default: three } }  #! 21 error: the default does not fit the type, so every run with it fails: expected int, not string "three"
    out: []
    run: { class: CommandLineTool, inputs: { number: int }, outputs: [], baseCommand: "true" }
