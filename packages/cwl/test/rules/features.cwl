cwlVersion: v1.2
class: Workflow
inputs: { ns: "int[]", ms: "int[]", n: int }
outputs: {}
steps:
  one:
    run: parts/sum.cwl
    scatter: [number, text]  #! 5 warning: scatter needs ScatterFeatureRequirement; here it works without, elsewhere it may not  #! 5 warning: scatterMethod is missing: with more than one scattered input it is required; dotproduct is taken
    in: { number: ns, text: { source: [ms, ns], valueFrom: x } }  #! 5 warning: more than one source needs MultipleInputFeatureRequirement; here it works without, elsewhere it may not  #! 5 warning: valueFrom of a step input needs StepInputExpressionRequirement; here it works without, elsewhere it may not
    out: []
  inner:
    run: { class: Workflow, inputs: { n: int }, outputs: {}, steps: {} }  #! 5 warning: a Workflow in run needs SubworkflowFeatureRequirement; here it works without, elsewhere it may not
    in: { n: n }
    out: []
