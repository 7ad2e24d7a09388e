cwlVersion: v1.2
class: CommandLineTool
label: Call somatic variants with VarScan2
doc: |
  Runs `varscan`, or `java -jar` with the jar where one is given, first `somatic` on the pileup of both samples, then
  `processSomatic` on what it found, which tells high confidence from low.
requirements:
  ShellCommandRequirement: {}
  InlineJavascriptRequirement:
    expressionLib:
      - |-
        function varscan(inputs) {
          return inputs.jar === null ? ["varscan"] : ["java", "-jar", inputs.jar.path];
        }
arguments:
  - valueFrom: $(varscan(inputs))
  - somatic
  - $(inputs.pileup.path)
  - somatic
  - { prefix: --mpileup, valueFrom: "1" }
  - { prefix: --output-vcf, valueFrom: "1" }
  - { prefix: --strand-filter, valueFrom: "1" }
  - { prefix: --min-coverage, valueFrom: "10" }
  - { shellQuote: false, valueFrom: "&&" }
  - valueFrom: $(varscan(inputs))
  - [processSomatic, somatic.snp.vcf]
  - { prefix: --min-tumor-freq, valueFrom: $(inputs.minimum_tumor_fraction) }
  - { prefix: --max-normal-freq, valueFrom: "0.03" }
  - { shellQuote: false, valueFrom: "&&" }
  - valueFrom: $(varscan(inputs))
  - [processSomatic, somatic.indel.vcf]
  - { prefix: --min-tumor-freq, valueFrom: $(inputs.minimum_tumor_fraction) }
  - { prefix: --max-normal-freq, valueFrom: "0.03" }
inputs:
  jar: { type: "File?", doc: "VarScan.jar, when there is no command varscan" }
  pileup: { type: File, doc: "Text of samtools mpileup, the normal sample first" }
  minimum_tumor_fraction: float
outputs:
  snps: { type: File, outputBinding: { glob: somatic.snp.Somatic.hc.vcf } }
  indels: { type: File, outputBinding: { glob: somatic.indel.Somatic.hc.vcf } }
