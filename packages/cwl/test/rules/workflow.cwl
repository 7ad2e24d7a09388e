cwlVersion: v1.2
class: Workflow
requirements: { InlineJavascriptRequirement: {} }
inputs:
  reads: { type: File, inputBinding: { prefix: -r } }  #! 40 warning: inputBinding.prefix has no effect in a Workflow and is ignored
  words: string[]
outputs:
  out: { type: File, outputSource: copy/output, outputBinding: { glob: x } }  #! 22 error: outputSource: there is no copy/output in this workflow; is copy/out meant?  #! 49 warning: an output has no field outputBinding
  merged: { type: "File[]", outputSource: [copy/out], linkMerge: merge_nest }  #! 55 error: linkMerge must be one of merge_nested, merge_flattened, not "merge_nest"; is merge_nested meant?
steps:  #! 1 error: these steps wait for each other: first → second → first
  copy:
    run: parts/copy.cwl
    in: { data: raeds }  #! 11 error: source: there is no raeds in this workflow; is reads meant?
    out: [out, index]  #! 5 error: out: what the step runs has no output index
  twice:
    run: parts/copy.cwl
    scater: data  #! 5 warning: a step has no field scater; is scatter meant?
    scatter: [dta, data]  #! 5 warning: scatter needs ScatterFeatureRequirement; here it works without, elsewhere it may not  #! 5 warning: scatterMethod is missing: with more than one scattered input it is required; dotproduct is taken  #! 5 error: scatter: the step has no input dta; is data meant?
    in:  #! 5 warning: valueFrom of a step input needs StepInputExpressionRequirement; here it works without, elsewhere it may not
      data: reads  #! 7 error: source: reads (File) can't be connected to the input data of step twice (scattered, File[])
      datum: { valueFrom: $(inputs.dat) }  #! 16 warning: valueFrom: $(inputs.dat) names inputs.dat, which does not exist, so it gives null; is inputs.data meant?
    out: [out]
  nothing:
    run: parts/copy.cwl
    in: {}  #! 5 error: the step gives no value to data (File), which what it runs requires: it needs source, default or valueFrom
    out: []
  maybe:
    run: parts/copy.cwl
    when: yes  #! 5 error: when must be an expression, not "yes"
    in: {}  #! 5 error: the step gives no value to data (File), which what it runs requires: it needs source, default or valueFrom
    out: []
  skipped:
    run: parts/copy.cwl
    when: $(false)
    scatterMethod: dotproduct  #! 5 warning: scatterMethod has no effect without scatter and is ignored
    in: {}  #! 5 warning: the step gives no value to data (File), which what it runs requires: it fails unless it is skipped
    out: []
  unfinished: { in: [] }  #! 15 error: a step needs out  #! 15 error: a step needs run
  elsewhere: { run: 5, in: [], out: [] }  #! 16 error: run must be a process or where to find one, not 5
  lost: { run: parts/none.cwl, in: [], out: [] }  #! 11 error: run: no such file: parts/none.cwl
  first: { run: parts/copy.cwl, in: { data: second/out }, out: [out] }
  second: { run: parts/copy.cwl, in: { data: first/out }, out: [out] }
