cwlVersion: v1.2
class: Workflow
label: Somatic variants
doc: |
  Calls somatic SNPs and indels of high confidence from the aligned reads of a tumour and of normal tissue of the same
  person, each contig of the reference by itself, side by side.
requirements:
  ScatterFeatureRequirement: {}
  SubworkflowFeatureRequirement: {}
inputs:
  input_fasta_file: { type: File, label: Reference, doc: "FASTA, not compressed" }
  Normal_BAM: { type: File, label: Normal sample, doc: "Aligned to the reference, sorted by coordinate" }
  Tumor_BAM: { type: File, label: Tumour sample, doc: "Aligned to the reference, sorted by coordinate" }
  minimum_tumor_fraction:
    type: float
    default: 0.1
    label: Smallest fraction of the tumour's reads that show a variant
outputs:
  High_Confidence_SNPs: { type: File, label: "SNPs, VCF", outputSource: concatenate_snps/whole }
  High_Confidence_INDELs: { type: File, label: "Insertions and deletions, VCF", outputSource: concatenate_indels/whole }
  run_description: { type: File, label: When it ran and what chance drew, outputSource: describe/description }
  empty_contigs: { type: File, label: Names of the contigs without reads, outputSource: list_empty/empty }
steps:
  index_reference:
    run: tools/index-reference.cwl
    in: { sequences: input_fasta_file }
    out: [reference, index]
  list_contigs:
    run: tools/list-contigs.cwl
    in: { index: index_reference/index }
    out: [contigs]
  index_normal:
    run: tools/index-reads.cwl
    in: { reads: Normal_BAM, name: { default: normal.bam } }
    out: [indexed]
  index_tumor:
    run: tools/index-reads.cwl
    in: { reads: Tumor_BAM, name: { default: tumor.bam } }
    out: [indexed]
  contig:
    run: contig.cwl
    scatter: contig
    in:
      reference: index_reference/reference
      normal: index_normal/indexed
      tumor: index_tumor/indexed
      contig: list_contigs/contigs
      minimum_tumor_fraction: minimum_tumor_fraction
    out: [normal_reads, tumor_reads, snps, indels]
  concatenate_snps:
    run: tools/concatenate.cwl
    in: { parts: contig/snps, name: { default: High_Confidence_SNPs.vcf } }
    out: [whole]
  concatenate_indels:
    run: tools/concatenate.cwl
    in: { parts: contig/indels, name: { default: High_Confidence_INDELs.vcf } }
    out: [whole]
  list_empty:
    run: tools/list-empty.cwl
    in:
      contigs: list_contigs/contigs
      normal_reads: contig/normal_reads
      tumor_reads: contig/tumor_reads
    out: [empty]
  describe:
    run: tools/describe-run.cwl
    in: { contigs: list_contigs/contigs }
    out: [description]
