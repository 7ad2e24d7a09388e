cwlVersion: v1.0
class: CommandLineTool
intent: [x]  #! 1 warning: intent exists from v1.2 on, and this is v1.0; it is honoured here all the same
requirements:
  WorkReuse: { enableReuse: true }  #! 14 warning: WorkReuse exists from v1.1 on, and this is v1.0; it is honoured here all the same
  ResourceRequirement: { coresMin: 0.5 }  #! 26 error: coresMin must be a whole number or an expression before v1.2, not 0.5
inputs:
  a: { type: File, secondaryFiles: [{ pattern: .bai }] }  #! 37 error: a map in secondaryFiles exists from v1.1 on
  b: { type: Directory, loadListing: deep_listing }  #! 25 error: loadListing exists from v1.1 on
  c: { type: int, inputBinding: { position: $(self) } }  #! 35 error: an expression as position exists from v1.1 on
  d: { type: File, loadContents: true }  #! 20 warning: loadContents exists from v1.1 on, and this is v1.0; it is honoured here all the same
  e: { type: stdin }  #! 8 warning: the type stdin exists from v1.1 on, and this is v1.0; it is honoured here all the same
  f: {}  #! 6 warning: an input has no type, so any value is taken
  g: { type: { type: record, fields: { x: { type: File, secondaryFiles: .bai } } } }  #! 57 warning: secondaryFiles exists from v1.1 on, and this is v1.0; it is honoured here all the same
outputs: {}
