cwlVersion: v1.2
class: CommandLineTool
label: Call variants with VarScan2
doc: Starts `varscan`, or `java -jar` with the jar where one is given.
requirements:
  InlineJavascriptRequirement: {}
arguments:
  - '$(inputs.jar === null ? ["varscan"] : ["java", "-jar", inputs.jar.path])'
  - somatic
  - $(inputs.pileup.path)
  - somatic
  - { prefix: --mpileup, valueFrom: "1" }
  - { prefix: --output-vcf, valueFrom: "1" }
  - { prefix: --strand-filter, valueFrom: "1" }
  - { prefix: --min-coverage, valueFrom: "10" }
  - { prefix: --min-var-freq, valueFrom: $(inputs.minimum_tumor_fraction) }
inputs:
  jar: { type: "File?", doc: "VarScan.jar" }
  pileup: { type: File, doc: "Text of samtools mpileup, the normal sample first" }
  minimum_tumor_fraction: float
outputs:
  snps: { type: File, outputBinding: { glob: somatic.snp.vcf } }
  indels: { type: File, outputBinding: { glob: somatic.indel.vcf } }
