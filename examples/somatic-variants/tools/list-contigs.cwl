cwlVersion: v1.2
class: ExpressionTool
label: List the contigs
requirements:
  InlineJavascriptRequirement: {}
inputs:
  index: { type: File, loadContents: true, doc: "Of samtools faidx; at most 64 KiB, about 2,000 contigs" }
outputs:
  contigs: string[]
expression: |-
  ${
    var lines = inputs.index.contents.split("\n").filter(function (line) { return line !== ""; });
    return { contigs: lines.map(function (line) { return line.split("\t")[0]; }) };
  }
