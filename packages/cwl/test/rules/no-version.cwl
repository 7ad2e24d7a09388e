class: CommandLineTool  #! 1 error: the document needs cwlVersion: one of v1.0, v1.1, v1.2, sbg:draft-2
