package playstream.flink;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.AvroTypeException;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryDecoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.formats.avro.AvroToRowDataConverters;
import org.apache.flink.formats.avro.typeutils.AvroSchemaConverter;
import org.apache.flink.table.data.GenericRowData;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.data.StringData;
import org.apache.flink.table.types.logical.RowType;

/**
 * Reads values in Confluent's wire format, with the Node processors' reasons for unreadable ones. Flink's own schema
 * cannot be used: its decoder takes bytes that it has read ahead of an unreadable value for the beginning of the next
 * one.
 */
final class CheckedAvroSchema implements DeserializationSchema<RowData> {
  private static final long serialVersionUID = 1L;
  private static final int HEADER_BYTES = 5;
  private static final int MAX_SCHEMAS = 1000;
  /** How long an unknown id is not looked up again: garbage contains any number of ids. */
  private static final long UNKNOWN_FOR_MS = 30_000;

  private final TypeInformation<RowData> produced;
  private final RowType fields;
  /** For each column the position of its field, or REASON or BODY. */
  private final int[] places;
  private final String registryUrl;
  private final HashMap<String, String> settings;

  private static final int REASON = -1;
  private static final int BODY = -2;

  private transient CachedSchemaRegistryClient registry;
  private transient Map<Integer, GenericDatumReader<Object>> readers;
  private transient Map<Integer, Long> unknown;
  private transient AvroToRowDataConverters.AvroToRowDataConverter converter;
  private transient BinaryDecoder decoder;

  CheckedAvroSchema(
      RowType columns, TypeInformation<RowData> produced, String registryUrl, Map<String, String> settings) {
    this.produced = produced;
    this.registryUrl = registryUrl;
    this.settings = settings == null ? new HashMap<>() : new HashMap<>(settings);
    List<RowType.RowField> found = new ArrayList<>();
    places = new int[columns.getFieldCount()];
    for (int at = 0; at < places.length; at += 1) {
      RowType.RowField column = columns.getFields().get(at);
      switch (column.getName()) {
        case "reason" -> places[at] = REASON;
        case "body" -> places[at] = BODY;
        default -> {
          places[at] = found.size();
          found.add(column);
        }
      }
    }
    fields = new RowType(false, found);
  }

  @Override
  public void open(InitializationContext context) {
    registry = new CachedSchemaRegistryClient(registryUrl, MAX_SCHEMAS, settings);
    readers = new HashMap<>();
    unknown = new HashMap<>();
    converter = AvroToRowDataConverters.createRowConverter(fields);
  }

  @Override
  public RowData deserialize(byte[] value) throws IOException {
    String reason;
    RowData row = null;
    if (value == null) {
      reason = "EMPTY";
    } else if (value.length < HEADER_BYTES || value[0] != 0) {
      reason = "NOT_WIRE_FORMAT";
    } else {
      Optional<GenericDatumReader<Object>> reader = readerOf(value);
      reason = reader.isEmpty() ? "UNKNOWN_SCHEMA" : null;
      if (reader.isPresent()) {
        try {
          row = (RowData) converter.convert(read(reader.get(), value));
        } catch (AvroTypeException error) {
          reason = "INCOMPATIBLE_SCHEMA";
        } catch (IOException | RuntimeException | OutOfMemoryError error) {
          // The bytes are in memory, so the value is at fault: too few bytes, or an impossible length.
          reason = "CORRUPT";
        }
      }
    }
    GenericRowData all = new GenericRowData(places.length);
    for (int at = 0; at < places.length; at += 1) all.setField(at, columnOf(places[at], row, reason, value));
    return all;
  }

  private static Object columnOf(int place, RowData row, String reason, byte[] value) {
    if (place == REASON) return reason == null ? null : StringData.fromString(reason);
    if (place == BODY) return value;
    return row == null ? null : ((GenericRowData) row).getField(place);
  }

  private Object read(GenericDatumReader<Object> reader, byte[] value) throws IOException {
    int length = value.length - HEADER_BYTES;
    decoder = DecoderFactory.get().binaryDecoder(value, HEADER_BYTES, length, decoder);
    Object read = reader.read(null, decoder);
    if (!decoder.isEnd()) throw new IOException("there is more than the value");
    return read;
  }

  /**
   * Empty if the registry does not know the schema.
   * @throws IOException if the registry itself fails, which is not the record's fault: the job tries again
   */
  private Optional<GenericDatumReader<Object>> readerOf(byte[] value) throws IOException {
    int id = ((value[1] & 0xff) << 24) | ((value[2] & 0xff) << 16) | ((value[3] & 0xff) << 8) | (value[4] & 0xff);
    GenericDatumReader<Object> known = readers.get(id);
    if (known != null) return Optional.of(known);
    Long until = unknown.get(id);
    if (until != null && until > System.currentTimeMillis()) return Optional.empty();
    try {
      Object raw = registry.getSchemaById(id).rawSchema();
      if (raw instanceof Schema writer) {
        Schema expected = AvroSchemaConverter.convertToSchema(fields);
        GenericDatumReader<Object> reader = new GenericDatumReader<>(writer, expected);
        readers.put(id, reader);
        return Optional.of(reader);
      }
    } catch (RestClientException error) {
      if (error.getStatus() != 404) throw new IOException("the schema registry refuses schema " + id, error);
    }
    if (unknown.size() >= MAX_SCHEMAS) unknown.clear();
    unknown.put(id, System.currentTimeMillis() + UNKNOWN_FOR_MS);
    return Optional.empty();
  }

  @Override
  public boolean isEndOfStream(RowData next) {
    return false;
  }

  @Override
  public TypeInformation<RowData> getProducedType() {
    return produced;
  }
}
