cwlVersion: v1.2
class: CommandLineTool
inputs:
  one: { type: string, doc: "a text",
  inputBinding: { position: 1 } }  #! 3 warning: this is written as readers of YAML in Python take it, and not as YAML 1.2 has it: other readers may refuse it
  two: { type: strin  #! 10 error: there is no type strin; is string meant?
  }
outputs: {}
$schemas:
  - http://example.org/edam.owl  #! 5 warning: $schemas: http://example.org/edam.owl is not fetched: only files are, so formats are compared by name
  - https://example.org/other.owl
  - gone.owl  #! 5 warning: $schemas: no such file: gone.owl
