cwlVersion: sbg:draft-2
class: Workflow
id: loose
inputs:
  - { id: "#many", type: [{ type: array, items: File }] }
  - { id: "#more", type: ["null", { type: array, items: File }] }
outputs:
  - { id: "#each", type: ["null", File], source: ["#count.counted"] }  #! 5 warning: outputSource: count/counted ((File?)[]) is connected to the output each (File?), which draft-2 does not look at (looseLinks)
steps:
  - id: "#count"
    scatter: "#count.texts"
    inputs:
      - { id: "#count.texts", source: ["#many", "#more"] }
      - { id: "#count.words", source: ["#many", "#more"] }
    outputs: [{ id: "#count.counted" }]
    run:
      class: CommandLineTool
      cwlVersion: sbg:draft-2
      id: count
      baseCommand: [wc]
      stdout: counted
      inputs:
        - { id: "#texts", type: [File], inputBinding: { position: 1 } }
        - { id: "#words", type: ["null", { type: array, items: File }], inputBinding: { position: 2 } }
      outputs: [{ id: "#counted", type: ["null", File], outputBinding: { glob: counted } }]
