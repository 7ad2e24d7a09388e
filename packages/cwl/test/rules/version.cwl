cwlVersion: v1.3  #! 1 error: cwlVersion must be one of v1.0, v1.1, v1.2, sbg:draft-2, not "v1.3"
class: CommandLineTool
