cwlVersion: v1.2
class: CommandLineTool
label: List the contigs without reads
doc: Those on which one of the samples has no read; nothing can be called there. One name a line, none if there is none.
requirements:
  InlineJavascriptRequirement: {}
  InitialWorkDirRequirement:
    listing:
      - entryname: empty_contigs.txt
        entry: |-
          ${
            return inputs.contigs.filter(function (contig, i) {
              return inputs.normal_reads[i] === 0 || inputs.tumor_reads[i] === 0;
            }).map(function (contig) { return contig + "\n"; }).join("");
          }
baseCommand: "true"
inputs:
  contigs: string[]
  normal_reads: int[]
  tumor_reads: int[]
outputs:
  empty: { type: File, outputBinding: { glob: empty_contigs.txt } }
