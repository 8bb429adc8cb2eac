package playstream.flink;

import java.util.Map;
import java.util.Set;
import org.apache.flink.api.common.serialization.DeserializationSchema;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ReadableConfig;
import org.apache.flink.formats.avro.registry.confluent.AvroConfluentFormatOptions;
import org.apache.flink.formats.avro.registry.confluent.RegistryAvroFormatFactory;
import org.apache.flink.table.connector.ChangelogMode;
import org.apache.flink.table.connector.format.DecodingFormat;
import org.apache.flink.table.connector.source.DynamicTableSource;
import org.apache.flink.table.data.RowData;
import org.apache.flink.table.factories.DeserializationFormatFactory;
import org.apache.flink.table.factories.DynamicTableFactory;
import org.apache.flink.table.factories.FactoryUtil;
import org.apache.flink.table.types.DataType;
import org.apache.flink.table.types.logical.RowType;

/**
 * The format 'avro-confluent-checked': like 'avro-confluent', with the same options, except that an unreadable value
 * becomes a row instead of ending the job. The table's columns {@code reason STRING} and {@code body BYTES} are not
 * fields of the schema: the reason is NULL for a readable value, and the body is the value's bytes.
 */
public final class CheckedAvroFormatFactory implements DeserializationFormatFactory {
  private final RegistryAvroFormatFactory avro = new RegistryAvroFormatFactory();

  @Override
  public String factoryIdentifier() {
    return "avro-confluent-checked";
  }

  @Override
  public Set<ConfigOption<?>> requiredOptions() {
    return avro.requiredOptions();
  }

  @Override
  public Set<ConfigOption<?>> optionalOptions() {
    return avro.optionalOptions();
  }

  @Override
  public Set<ConfigOption<?>> forwardOptions() {
    return avro.forwardOptions();
  }

  @Override
  public DecodingFormat<DeserializationSchema<RowData>> createDecodingFormat(
      DynamicTableFactory.Context context, ReadableConfig options) {
    FactoryUtil.validateFactoryOptions(this, options);
    String registry = options.get(AvroConfluentFormatOptions.URL);
    Map<String, String> settings = RegistryAvroFormatFactory.buildOptionalPropertiesMap(options);
    return new DecodingFormat<>() {
      @Override
      public DeserializationSchema<RowData> createRuntimeDecoder(
          DynamicTableSource.Context source, DataType produced) {
        RowType columns = (RowType) produced.getLogicalType();
        return new CheckedAvroSchema(columns, source.createTypeInformation(produced), registry, settings);
      }

      @Override
      public ChangelogMode getChangelogMode() {
        return ChangelogMode.insertOnly();
      }
    };
  }
}
