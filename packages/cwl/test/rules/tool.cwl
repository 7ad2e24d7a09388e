cwlVersion: v1.2
class: CommandLineTool
label: [a, list]  #! 1 error: label must be a string, not a list
baseComand: echo  #! 1 warning: a CommandLineTool has no field baseComand; is baseCommand meant?
baseCommand: { no: map }  #! 1 error: baseCommand must be a string or a list of strings, not a map
successCodes: [0, one]  #! 1 error: successCodes must be a list of whole numbers, not a list with "one" in it
stdin: input.txt
stderr: logs/err.txt  #! 1 warning: stderr: "logs/err.txt" has a slash; it must be a name, and the job fails where there is no such folder in its work folder
arguments:
  - prefix: -x  #! 5 warning: an argument without valueFrom adds nothing to the command line
  - [nested]  #! 5 error: an argument must be a string or a binding, not a list
intent: 5
sbg:toolkit: kept as it is
inputs:
  - id: count
    type: integer  #! 5 error: there is no type integer; is int meant?
  - id: count  #! 5 error: there are two inputs called count
    type: string
  - type: File  #! 5 error: an input needs an id
  - 7  #! 5 error: an entry of inputs must be a map, not 7
  - id: bound
    type: File
    inputBinding: 7  #! 5 error: inputBinding must be a map, not 7
  - id: misspelt
    type: File
    inputBinding:
      posision: 1  #! 7 warning: an input binding has no field posision; is position meant?
      position: first  #! 7 error: position must be a number or an expression, not "first"
      separate: maybe  #! 7 error: separate must be true or false, not "maybe"
      prefix: 4  #! 7 error: prefix must be a string, not 4
  - id: streamed
    type: stdin  #! 5 error: a tool with stdin can have no input of the type stdin
    streamable: 1  #! 5 error: streamable must be true or false, not 1
  - id: listed
    type: Directory
    loadListing: deeplisting  #! 5 error: loadListing must be one of no_listing, shallow_listing, deep_listing, not "deeplisting"; is deep_listing meant?
outputs:
  out: { type: File, outputBinding: 7 }  #! 22 error: outputBinding must be a map, not 7
  other: { type: File, outputBinding: { glop: x, loadContents: 1 } }  #! 41 warning: an output binding has no field glop; is glob meant?  #! 50 error: loadContents must be true or false, not 1
  none: {}  #! 9 error: type must be a type, not nothing
