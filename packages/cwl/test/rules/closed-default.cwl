cwlVersion: v1.2
class: CommandLineTool
inputs: { a: { type: File, default: { class: File, path: /etc/passwd } } }  #! 28 error: the default names file:///etc/passwd, which is outside the document; literals with contents or listing are allowed
outputs: {}
