cwlVersion: v1.2
class: Workflow
label: Somatic variants of one contig
inputs:
  reference: { type: File, secondaryFiles: [.fai] }
  normal: { type: File, secondaryFiles: [.bai] }
  tumor: { type: File, secondaryFiles: [.bai] }
  contig: string
  minimum_tumor_fraction: float
outputs:
  normal_reads: { type: int, outputSource: count_normal/count }
  tumor_reads: { type: int, outputSource: count_tumor/count }
  snps: { type: File, outputSource: select_snps/selected }
  indels: { type: File, outputSource: select_indels/selected }
steps:
  count_normal:
    run: tools/count-reads.cwl
    in: { reads: normal, contig: contig }
    out: [count]
  count_tumor:
    run: tools/count-reads.cwl
    in: { reads: tumor, contig: contig }
    out: [count]
  pileup:
    run: tools/pileup.cwl
    in: { reference: reference, normal: normal, tumor: tumor, contig: contig }
    out: [pileup]
  call:
    run: tools/call.cwl
    in: { pileup: pileup/pileup }
    out: [calls]
  normalise:
    run: tools/normalise.cwl
    in: { reference: reference, variants: call/calls }
    out: [normalised]
  select_snps:
    run: tools/select-somatic.cwl
    in:
      variants: normalise/normalised
      kind: { default: snps }
      minimum_tumor_fraction: minimum_tumor_fraction
    out: [selected]
  select_indels:
    run: tools/select-somatic.cwl
    in:
      variants: normalise/normalised
      kind: { default: indels }
      minimum_tumor_fraction: minimum_tumor_fraction
    out: [selected]
