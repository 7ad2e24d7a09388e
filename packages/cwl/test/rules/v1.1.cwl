cwlVersion: v1.1
class: Workflow
requirements: { ResourceRequirement: { ramMin: 0.5 } }  #! 40 error: ramMin must be a whole number or an expression before v1.2, not 0.5
inputs: { a: File }
outputs: { x: { type: File, outputSource: a, pickValue: first_non_null } }  #! 46 error: pickValue exists from v1.2 on
steps:
  one: { run: { class: Operation, inputs: {}, outputs: {} }, when: $(inputs.a), in: { a: a }, out: [] }  #! 17 error: the class Operation exists from v1.2 on  #! 62 error: when exists from v1.2 on
