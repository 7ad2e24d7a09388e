cwlVersion: v1.2
class: CommandLineTool
requirements:
  InlineJavascriptRequirment: {}  #! 31 error: InlineJavascriptRequirment is required and not known here, so this can't be run; is InlineJavascriptRequirement meant?
  DockerRequirement: { dockerOutputDirectory: /work }  #! 22 error: DockerRequirement names no image: it needs dockerPull
  EnvVarRequirement:
    envDef:
      - { envName: A, envValue: x }
      - { envName: A, envValue: y }  #! 9 error: there are two variables called A
      - { envName: B }  #! 9 error: an entry of envDef needs envValue
  ResourceRequirement: { coresMin: 4, coresMax: 2, ramMin: -1, tmpdirMin: "4", outDirMin: 1 }  #! 26 error: coresMin is 4, which is more than coresMax, 2  #! 52 error: ramMin must not be negative  #! 64 error: tmpdirMin must be a number or an expression, not "4"  #! 80 warning: ResourceRequirement has no field outDirMin; is outdirMin meant?
  ToolTimeLimit: { timelimit: -5 }  #! 20 error: timelimit must not be negative
  NetworkAccess: { networkAccess: please }  #! 20 error: networkAccess must be true, false or an expression, not "please"
  LoadListingRequirement: { loadListing: all }  #! 29 error: loadListing must be one of no_listing, shallow_listing, deep_listing, not "all"
  SoftwareRequirement: { packages: { samtools: { versions: ["1.9"] } } }  #! 50 warning: an entry of packages has no field versions; is version meant?
  InitialWorkDirRequirement:
    listing:
      - { entry: some text }  #! 9 error: an entry that is a text needs entryname, the name of the file that it becomes
      - { entryname: a.txt }  #! 9 error: an entry of the work folder needs entry
      - { entryname: b.txt, entry: text, writeable: true }  #! 42 warning: an entry of the work folder has no field writeable; is writable meant?
      - plain  #! 9 error: an entry of listing must be an expression, a File, a Directory or a map with entry, not "plain"
hints:
  - class: example:SomethingElse  #! 5 warning: example:SomethingElse is not known here, and is ignored
  - { class: ResourceRequirement, ramMin: lots }  #! 35 warning: ramMin must be a number or an expression, not "lots"
inputs: []
outputs: []
