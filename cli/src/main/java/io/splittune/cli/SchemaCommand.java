package io.splittune.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.splittune.cli.scenario.ScenarioSchema;
import picocli.CommandLine.Command;

@Command(
        name = "schema",
        description = "Print the JSON Schema of scenario files, with which editors complete and check them.",
        footer = {"", "Example:", "  splittune schema > scenario.schema.json"})
final class SchemaCommand extends AbstractCommand {
    @Override
    Report execute() {
        ObjectNode schema = ScenarioSchema.generate();
        return new Report(schema, Json.pretty(schema));
    }
}
