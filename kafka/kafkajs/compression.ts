import kafkajs from 'kafkajs'

const { CompressionCodecs, CompressionTypes } = kafkajs

/**
 * kafkajs supports only gzip, and a consumer crashes on the first batch that it cannot decompress. The other codecs come
 * from @platformatic/kafka, which is loaded with the first batch that needs it.
 */
for (const name of ['Snappy', 'LZ4', 'ZSTD'] as const) {
  const algorithm = async () => {
    const { compressionsAlgorithms } = await import('@platformatic/kafka')
    return compressionsAlgorithms[name.toLowerCase() as 'snappy' | 'lz4' | 'zstd']
  }
  CompressionCodecs[CompressionTypes[name]] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => (await algorithm()).compressSync(buffer),
    decompress: async (compressed: Buffer) => (await algorithm()).decompressSync(compressed),
  })
}
