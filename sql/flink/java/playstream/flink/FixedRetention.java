package playstream.flink;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.types.Row;

/**
 * The retention 'fixed', over the copies of one id in the order of arrival: a copy passes if none has passed before it,
 * or if it is newer than the last one that passed by at least the retention. SQL has no aggregate that depends on its
 * own earlier results.
 */
@FunctionHint(output = @DataTypeHint("ROW<is_first BOOLEAN, first_seen_ms BIGINT>"))
public final class FixedRetention extends AggregateFunction<Row, FixedRetention.Passed> {
  private static final long serialVersionUID = 1L;

  /** The state of an id. */
  public static final class Passed {
    /** The time of the copy that passed last, ms since the epoch; null if none has. */
    public Long at;
    /** Whether the latest copy passed. */
    public boolean isFirst;
  }

  @Override
  public Passed createAccumulator() {
    return new Passed();
  }

  public void accumulate(Passed passed, Long at, Long retentionMs) {
    passed.isFirst = passed.at == null || at >= passed.at + retentionMs;
    if (passed.isFirst) passed.at = at;
  }

  @Override
  public Row getValue(Passed passed) {
    return Row.of(passed.isFirst, passed.at);
  }
}
