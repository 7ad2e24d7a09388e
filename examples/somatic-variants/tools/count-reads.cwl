cwlVersion: v1.2
class: CommandLineTool
label: Count the reads on a contig
doc: Counts those that the pileup takes.
hints:
  SoftwareRequirement: { packages: { samtools: { version: ["1.16.1"] } } }
requirements:
  InlineJavascriptRequirement: {}
baseCommand: [samtools, view, --count, --exclude-flags, "UNMAP,SECONDARY,QCFAIL,DUP"]
inputs:
  reads: { type: File, secondaryFiles: [.bai], inputBinding: { position: 1 } }
  contig: { type: string, inputBinding: { position: 2 } }
stdout: count.txt
outputs:
  count:
    type: int
    outputBinding:
      glob: count.txt
      loadContents: true
      outputEval: $(parseInt(self[0].contents))
