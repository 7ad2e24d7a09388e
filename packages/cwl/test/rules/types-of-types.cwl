cwlVersion: v1.2
class: CommandLineTool
requirements:
  SchemaDefRequirement:
    types:
      - { name: t0, type: enum, symbols: [a, b] }
      - { name: t1, type: record, fields: { a: t0, b: t0 } }
      - { name: t2, type: record, fields: { a: t1, b: t1 } }
      - { name: t3, type: record, fields: { a: t2, b: t2 } }
      - { name: t4, type: record, fields: { a: t3, b: t3 } }
      - { name: t5, type: record, fields: { a: t4, b: t4 } }
      - { name: t6, type: record, fields: { a: t5, b: t5 } }
      - { name: t7, type: record, fields: { a: t6, b: t6 } }
      - { name: t8, type: record, fields: { a: t7, b: t7 } }
      - { name: t9, type: record, fields: { a: t8, b: t8 } }
      - { name: t10, type: record, fields: { a: t9, b: t9 } }
      - { name: t11, type: record, fields: { a: t10, b: t10 } }
      - { name: t12, type: record, fields: { a: t11, b: t11 } }
      - { name: t13, type: record, fields: { a: t12, b: t12 } }
      - { name: t14, type: record, fields: { a: t13, b: t13 } }
      - { name: t15, type: record, fields: { a: t14, b: t14 } }
      - { name: t16, type: record, fields: { a: t15, b: t15 } }
      - { name: t17, type: record, fields: { a: t16, b: t16 } }
      - { name: t18, type: record, fields: { a: t17, b: t17 } }  #! 54 error: with each process and type in the place where it is named, the document has more than 2000000 values or 67108864 characters
      - { name: t19, type: record, fields: { a: t18, b: t18 } }  #! 54 error: with each process and type in the place where it is named, the document has more than 2000000 values or 67108864 characters
      - { name: t20, type: record, fields: { a: t19, b: t19 } }  #! 54 error: with each process and type in the place where it is named, the document has more than 2000000 values or 67108864 characters
      - { name: t21, type: record, fields: { a: t20, b: t20 } }  #! 54 error: with each process and type in the place where it is named, the document has more than 2000000 values or 67108864 characters
baseCommand: echo
inputs: { x: t21 }
outputs: {}
