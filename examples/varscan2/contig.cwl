cwlVersion: v1.2
class: Workflow
label: Somatic variants of one contig, by VarScan2
inputs:
  jar: File?
  reference: { type: File, secondaryFiles: [.fai] }
  index: File
  normal: { type: File, secondaryFiles: [.bai] }
  tumor: { type: File, secondaryFiles: [.bai] }
  contig: string
  minimum_tumor_fraction: float
outputs:
  normal_reads: { type: int, outputSource: count_normal/count }
  tumor_reads: { type: int, outputSource: count_tumor/count }
  snps: { type: File, outputSource: name_contigs_of_snps/named }
  indels: { type: File, outputSource: name_contigs_of_indels/named }
steps:
  count_normal:
    run: ../somatic-variants/tools/count-reads.cwl
    in: { reads: normal, contig: contig }
    out: [count]
  count_tumor:
    run: ../somatic-variants/tools/count-reads.cwl
    in: { reads: tumor, contig: contig }
    out: [count]
  pileup:
    run: tools/pileup.cwl
    in: { reference: reference, normal: normal, tumor: tumor, contig: contig }
    out: [pileup]
  call:
    run: tools/varscan-somatic.cwl
    in: { jar: jar, pileup: pileup/pileup, minimum_tumor_fraction: minimum_tumor_fraction }
    out: [snps, indels]
  process_snps:
    run: tools/varscan-process.cwl
    in: { jar: jar, variants: call/snps, minimum_tumor_fraction: minimum_tumor_fraction }
    out: [selected]
  process_indels:
    run: tools/varscan-process.cwl
    in: { jar: jar, variants: call/indels, minimum_tumor_fraction: minimum_tumor_fraction }
    out: [selected]
  name_contigs_of_snps:
    run: tools/name-contigs.cwl
    in: { index: index, variants: process_snps/selected }
    out: [named]
  name_contigs_of_indels:
    run: tools/name-contigs.cwl
    in: { index: index, variants: process_indels/selected }
    out: [named]
