cwlVersion: v1.2
$graph:
  - { id: one, class: CommandLineTool, inputs: [], outputs: [], baseComand: echo }  #! 65 warning: a CommandLineTool has no field baseComand; is baseCommand meant?
  - { id: one, class: CommandLineTool, inputs: [], outputs: [] }  #! 5 error: there are two processes called one
  - { id: two, class: ComandLineTool, inputs: [], outputs: [] }  #! 16 error: class must be one of CommandLineTool, ExpressionTool, Workflow, Operation, not "ComandLineTool"; is CommandLineTool meant?
  - { id: three, class: Workflow, inputs: [], outputs: [], steps: { a: { run: "#three", in: [], out: [] }, b: { run: "#on", in: [], out: [] } } }  #! 74 error: three runs itself  #! 113 error: the document has no process on; is one meant?
$namespace: {}  #! 1 warning: a document of several processes has no field $namespace; is $namespaces meant?
