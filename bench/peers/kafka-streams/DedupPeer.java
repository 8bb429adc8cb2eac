import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.BytesDeserializer;
import org.apache.kafka.common.serialization.BytesSerializer;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.KafkaStreams.State;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.errors.StreamsUncaughtExceptionHandler.StreamThreadExceptionResponse;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.ProcessorSupplier;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;
import org.apache.kafka.streams.state.WindowStore;
import org.apache.kafka.streams.state.WindowStoreIterator;

/**
 * The benchmark's peer: exactly-once de-duplication by key, as idiomatic Kafka Streams code.
 *
 * <p>The first record of a key within 24 hours of event time goes to the output topic unchanged; later records go to
 * the duplicates topic as JSON. The input is already keyed by transaction id, so nothing is repartitioned.
 */
public final class DedupPeer {
  private static final Duration RETENTION = Duration.ofHours(24);
  private static final String STORE = "seen";
  private static final String UNIQUE = "unique";
  private static final String DUPLICATES = "duplicates";

  public static void main(String[] args) throws InterruptedException {
    if (args.length != 6) {
      System.err.println("usage: DedupPeer BOOTSTRAP_SERVERS APPLICATION_ID INPUT OUTPUT DUPLICATES STATE_DIR");
      System.exit(2);
    }
    KafkaStreams streams =
        new KafkaStreams(topology(args[2], args[3], args[4]), settings(args[0], args[1], args[5]));
    CountDownLatch ended = new CountDownLatch(1);
    streams.setUncaughtExceptionHandler(
        error -> {
          error.printStackTrace();
          // Repeated below the trace, so that the end of the log shows the cause.
          System.err.println("ended by " + error);
          return StreamThreadExceptionResponse.SHUTDOWN_CLIENT;
        });
    streams.setStateListener(
        (next, previous) -> {
          System.err.println("state " + previous + " -> " + next);
          if (next == State.ERROR) ended.countDown();
        });
    // On SIGTERM: commit the transaction in flight and close the stores, so that nothing has to be restored.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> streams.close(Duration.ofSeconds(10))));
    streams.start();
    ended.await();
    System.exit(1);
  }

  /** Production settings; all others keep Kafka Streams' defaults. */
  private static Properties settings(String servers, String application, String stateDir) {
    Properties settings = new Properties();
    settings.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, servers);
    settings.put(StreamsConfig.APPLICATION_ID_CONFIG, application);
    settings.put(StreamsConfig.STATE_DIR_CONFIG, stateDir);
    settings.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
    settings.put(StreamsConfig.NUM_STREAM_THREADS_CONFIG, Runtime.getRuntime().availableProcessors());
    // The default under exactly-once, stated because it decides both latency and throughput.
    settings.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 100);
    // Eight times the default, so that a 100 ms transaction takes fewer requests. In interleaved runs of 500,000 records
    // this cut the JVM's CPU time by a fifth and was faster in four of five pairs. No measurable effect beyond that: lz4 (at
    // most a few percent less CPU), batches of 256 KiB, larger polls and buffers, a third thread on two cores, a commit
    // each second; and, with the default batch, the 'streams' group protocol. Slower: one thread, and a cache on the
    // store (each key is written once, so caching saves nothing).
    settings.put(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 * 1024);
    return settings;
  }

  private static Topology topology(String input, String output, String duplicates) {
    return new Topology()
        .addSource("input", new BytesDeserializer(), new ByteArrayDeserializer(), input)
        .addProcessor("dedup", new Dedup.Supplier(), "input")
        .addSink(UNIQUE, output, new BytesSerializer(), new ByteArraySerializer(), "dedup")
        .addSink(DUPLICATES, duplicates, new BytesSerializer(), new ByteArraySerializer(), "dedup");
  }

  /** Remembers the keys it has seen, each under the event time of its first record. */
  private static final class Dedup implements Processor<Bytes, byte[], Bytes, byte[]> {
    /** Empty, because the store keeps the time beside the key; null would delete the entry. */
    private static final byte[] SEEN = {};

    private ProcessorContext<Bytes, byte[]> context;
    private WindowStore<Bytes, byte[]> seen;

    static final class Supplier implements ProcessorSupplier<Bytes, byte[], Bytes, byte[]> {
      @Override
      public Processor<Bytes, byte[], Bytes, byte[]> get() {
        return new Dedup();
      }

      @Override
      public Set<StoreBuilder<?>> stores() {
        return Set.of(
            Stores.windowStoreBuilder(
                    Stores.persistentWindowStore(STORE, RETENTION, RETENTION, false),
                    Serdes.Bytes(),
                    Serdes.ByteArray())
                .withLoggingEnabled(Map.of())
                .withCachingDisabled());
      }
    }

    @Override
    public void init(ProcessorContext<Bytes, byte[]> context) {
      this.context = context;
      this.seen = context.getStateStore(STORE);
    }

    @Override
    public void process(Record<Bytes, byte[]> record) {
      long time = record.timestamp();
      long retention = RETENTION.toMillis();
      // Both directions: a first record can be newer than its duplicate that arrives out of order.
      try (WindowStoreIterator<byte[]> found =
          seen.fetch(record.key(), Math.max(0, time - retention), time + retention)) {
        if (found.hasNext()) {
          byte[] report = report(record, found.next().key);
          context.forward(record.withValue(report), DUPLICATES);
          return;
        }
      }
      seen.put(record.key(), SEEN, time);
      context.forward(record, UNIQUE);
    }

    private byte[] report(Record<Bytes, byte[]> record, long firstSeenAt) {
      RecordMetadata copy = context.recordMetadata().orElseThrow();
      String id = new String(record.key().get(), StandardCharsets.UTF_8);
      StringBuilder json = new StringBuilder(128).append("{\"id\":\"");
      JsonStringEncoder.getInstance().quoteAsString(id, json);
      return json.append("\",\"firstSeenAt\":")
          .append(firstSeenAt)
          .append(",\"seenAgainAt\":")
          .append(record.timestamp())
          .append(",\"partition\":")
          .append(copy.partition())
          .append(",\"offset\":")
          .append(copy.offset())
          .append('}')
          .toString()
          .getBytes(StandardCharsets.UTF_8);
    }
  }
}
