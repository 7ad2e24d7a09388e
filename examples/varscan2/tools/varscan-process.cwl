cwlVersion: v1.2
class: CommandLineTool
label: Select somatic variants of high confidence with VarScan2
requirements:
  InlineJavascriptRequirement: {}
  InitialWorkDirRequirement:
    listing:
      - { entryname: called.vcf, entry: $(inputs.variants) }
arguments:
  - '$(inputs.jar === null ? ["varscan"] : ["java", "-jar", inputs.jar.path])'
  - processSomatic
  - called.vcf
  - { prefix: --min-tumor-freq, valueFrom: $(inputs.minimum_tumor_fraction) }
  - { prefix: --max-normal-freq, valueFrom: "0.03" }
inputs:
  jar: { type: "File?", doc: "VarScan.jar" }
  variants: { type: File, doc: "Of varscan somatic" }
  minimum_tumor_fraction: float
outputs:
  selected: { type: File, outputBinding: { glob: called.Somatic.hc.vcf } }
