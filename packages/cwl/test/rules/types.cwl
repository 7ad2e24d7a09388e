cwlVersion: v1.2
class: CommandLineTool
requirements:
  SchemaDefRequirement:
    types:
      - { type: enum, symbols: [a] }  #! 9 error: a type of SchemaDefRequirement needs a name
      - { name: knot, type: record, fields: { self: knot } }  #! 9 error: the type knot contains itself
inputs:
  none: { type: 7 }  #! 11 error: type must be a type, not 7
  list: { type: { type: array } }  #! 17 error: an array type needs items
  lists: { type: { type: array, itmes: File, items: File } }  #! 33 warning: an array type has no field itmes; is items meant?
  choice: { type: { type: enum, name: choice } }  #! 19 error: an enum type needs symbols
  pair:
    type:
      type: record
      fields:
        - { name: left, type: int }
        - { name: left, type: string }  #! 11 error: there are two fields called left
        - { type: string }  #! 11 error: a field of a record needs name
        - { name: right }  #! 11 error: a field of a record needs type
  knot: knot
  many: flie[]?  #! 3 error: there is no type flie; is File meant?
  number: { type: int, default: one }  #! 24 error: the default does not fit the type, so every run with it fails: expected int, not string "one"
  numbers: { type: "int[]", default: [1, two] }  #! 29 error: the default does not fit the type, so every run with it fails: at [1]: expected int, not string "two"
  big: { type: int, default: 2147483648 }  #! 21 warning: the default does not fit the type: expected int, not number 2147483648
outputs: {}
