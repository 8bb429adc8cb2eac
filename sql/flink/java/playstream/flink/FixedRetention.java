package playstream.flink;

import org.apache.flink.table.annotation.DataTypeHint;
import org.apache.flink.table.annotation.FunctionHint;
import org.apache.flink.table.functions.AggregateFunction;
import org.apache.flink.types.Row;

/**
 * The retention 'fixed', over the sights of one id in the order of arrival: a sight passes where none has passed before it, or where
 * it is at least the retention newer than the last one that passed. SQL has no aggregate that knows what it said before.
 */
@FunctionHint(output = @DataTypeHint("ROW<is_first BOOLEAN, first_seen_ms BIGINT>"))
public final class FixedRetention extends AggregateFunction<Row, FixedRetention.Passed> {
  private static final long serialVersionUID = 1L;

  /** What is kept of an id. */
  public static final class Passed {
    /** When the sight that passed last was, ms since the epoch; null where none has. */
    public Long at;
    /** Whether that is the latest of all sights. */
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
