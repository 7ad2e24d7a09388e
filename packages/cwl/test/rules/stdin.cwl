cwlVersion: v1.2
class: CommandLineTool
stdin: x
inputs: { a: stdin }  #! 11 error: a tool with stdin can have no input of the type stdin
outputs: {}
