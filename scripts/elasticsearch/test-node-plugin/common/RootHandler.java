package portage.testnode;

import java.util.List;
import org.elasticsearch.Build;
import org.elasticsearch.action.admin.cluster.health.ClusterHealthRequest;
import org.elasticsearch.client.internal.node.NodeClient;
import org.elasticsearch.core.TimeValue;
import org.elasticsearch.rest.BaseRestHandler;
import org.elasticsearch.rest.RestRequest;
import org.elasticsearch.rest.RestResponse;
import org.elasticsearch.rest.RestStatus;
import org.elasticsearch.rest.action.RestActionListener;

/** Answers {@code GET /} with the version. Health is asked first, because that needs the privilege that the whole server asks for here. */
final class RootHandler extends BaseRestHandler {

    @Override
    public String getName() {
        return "portage_test_root";
    }

    @Override
    public List<Route> routes() {
        return List.of(new Route(RestRequest.Method.GET, "/"), new Route(RestRequest.Method.HEAD, "/"));
    }

    @Override
    protected RestChannelConsumer prepareRequest(RestRequest request, NodeClient client) {
        ClusterHealthRequest health = new ClusterHealthRequest(TimeValue.timeValueSeconds(10));
        return channel -> client.admin().cluster().health(health, new RestActionListener<>(channel) {
            @Override
            protected void processResponse(org.elasticsearch.action.admin.cluster.health.ClusterHealthResponse answer) throws Exception {
                Build build = Build.current();
                try (var json = channel.newBuilder()) {
                    json.startObject().field("name", client.getLocalNodeId()).field("cluster_name", answer.getClusterName());
                    json.startObject("version").field("number", build.qualifiedVersion()).field("build_flavor", build.flavor()).endObject();
                    json.field("tagline", "You Know, for Search").endObject();
                    channel.sendResponse(new RestResponse(RestStatus.OK, json));
                }
            }
        });
    }
}
