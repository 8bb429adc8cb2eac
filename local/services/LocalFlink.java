import java.io.File;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.GlobalConfiguration;
import org.apache.flink.runtime.minicluster.MiniCluster;
import org.apache.flink.runtime.minicluster.MiniClusterConfiguration;
import org.apache.flink.runtime.minicluster.RpcServiceSharing;
import org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.PurgeTxnLog;
import org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ServerCnxnFactory;
import org.apache.flink.shaded.zookeeper3.org.apache.zookeeper.server.ZooKeeperServer;
import org.apache.flink.table.gateway.SqlGateway;
import org.apache.flink.table.gateway.service.context.DefaultContext;
import org.apache.flink.table.gateway.service.session.SessionManager;

/**
 * Apache Flink in one JVM: a ZooKeeper that stores the jobs and the places of their last checkpoints, a cluster that resumes
 * the jobs when it starts, and the SQL gateway. Arguments: ZooKeeper's folder and port, and the number of slots.
 * FLINK_CONF_DIR names the folder of config.yaml.
 */
public final class LocalFlink {
  private static final int TICK_MS = 500;

  public static void main(String[] args) {
    try {
      run(new File(args[0]), Integer.parseInt(args[1]), Integer.parseInt(args[2]));
    } catch (Throwable error) {
      error.printStackTrace();
      // Threads that have started would keep the JVM running with half of its services.
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(File zooKeeper, int port, int slots) throws Exception {
    Configuration settings = GlobalConfiguration.loadConfiguration();
    startZooKeeper(zooKeeper, port);
    MiniClusterConfiguration shape = new MiniClusterConfiguration.Builder()
        .setConfiguration(settings)
        .setNumTaskManagers(1)
        .setNumSlotsPerTaskManager(slots)
        .setRpcServiceSharing(RpcServiceSharing.SHARED)
        .build();
    new MiniCluster(shape) {
      /** Flink asks for an orderly end after a fatal error, which would remove the jobs from ZooKeeper: end only the JVM. */
      @Override
      public CompletableFuture<Void> closeAsync() {
        System.err.println("Flink's cluster has failed; its jobs go on at the next start");
        Runtime.getRuntime().halt(1);
        return CompletableFuture.completedFuture(null);
      }
    }.start();
    DefaultContext context = DefaultContext.load(settings, List.of(), true);
    new SqlGateway(settings, SessionManager.create(context)).start();
    Thread.currentThread().join();
  }

  private static void startZooKeeper(File folder, int port) throws Exception {
    if (folder.exists()) PurgeTxnLog.purge(folder, folder, 3);
    ZooKeeperServer server = new ZooKeeperServer(folder, folder, TICK_MS);
    ServerCnxnFactory.createFactory(new InetSocketAddress("127.0.0.1", port), 60).startup(server);
  }
}
