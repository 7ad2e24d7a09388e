cwlVersion: v1.2
class: Workflow
requirements:
  ScatterFeatureRequirement: {}
  MultipleInputFeatureRequirement: {}
  StepInputExpressionRequirement: {}
  InlineJavascriptRequirement: {}
inputs:
  n: int
  maybe: int?
  filled: { type: int?, default: 3 }
  real: double
  ns: int[]
  text: string
  mode: { type: { type: enum, symbols: [fast, careful] } }
  wrong: { type: { type: enum, symbols: [never] } }
  any: Any
outputs:
  total: { type: string, outputSource: good/total }  #! 26 error: outputSource: good/total (int) can't be connected to the output total (string)
  totals: { type: int, outputSource: spread/total }  #! 24 error: outputSource: spread/total (int[]) can't be connected to the output totals (int)
  spread: { type: "int[]", outputSource: spread/total }
  skipped: { type: int, outputSource: skipped/total }  #! 25 warning: outputSource: skipped/total (int?) fits the output skipped (int) with some values only
  picked: { type: int, outputSource: [skipped/total, good/total], pickValue: first_non_null }
  all: { type: "int[]", outputSource: [skipped/total, good/total], pickValue: all_non_null }
  one: { type: int, outputSource: [good/parts, spread/total], linkMerge: merge_flattened }  #! 21 error: outputSource: good/parts, spread/total (int[]) can't be connected to the output one (int) by merge_flattened
  flat: { type: "int[]", outputSource: [good/parts, n], linkMerge: merge_flattened }
steps:
  good: { run: parts/sum.cwl, in: { number: filled, text: text, mode: any }, out: [total, parts] }
  text: { run: parts/sum.cwl, in: { number: text }, out: [] }  #! 37 error: source: text (string) can't be connected to the input number of step text (int)
  list: { run: parts/sum.cwl, in: { number: ns }, out: [] }  #! 37 error: source: ns (int[]) can't be connected to the input number of step list (int)
  maybe: { run: parts/sum.cwl, in: { number: maybe }, out: [] }  #! 38 warning: source: maybe (int?) fits the input number of step maybe (int) with some values only
  real: { run: parts/sum.cwl, in: { number: real, mode: mode }, out: [] }  #! 37 warning: source: real (double) fits the input number of step real (int) with some values only  #! 51 warning: source: mode (one of fast, careful) fits the input mode of step real ((one of fast, slow)?) with some values only
  wrong: { run: parts/sum.cwl, in: { number: n, mode: wrong }, out: [] }  #! 49 error: source: wrong (one of never) can't be connected to the input mode of step wrong ((one of fast, slow)?)
  default: { run: parts/sum.cwl, in: { number: { source: maybe, default: one } }, out: [] }  #! 65 warning: the default does not fit the type: expected int, not string "one"
  free: { run: parts/sum.cwl, in: { number: { source: text, valueFrom: $(self.length) } }, out: [] }
  spread: { run: parts/sum.cwl, scatter: number, in: { number: ns }, out: [total] }
  single: { run: parts/sum.cwl, scatter: number, in: { number: n }, out: [] }  #! 56 error: source: n (int) can't be connected to the input number of step single (scattered, int[])
  skipped: { run: parts/sum.cwl, when: $(inputs.number > 1), in: { number: n }, out: [total] }
