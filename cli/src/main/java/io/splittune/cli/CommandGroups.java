package io.splittune.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Column;
import picocli.CommandLine.Help.Column.Overflow;
import picocli.CommandLine.Help.TextTable;

/** Lists the commands under headings, in the order in which a user meets them. */
final class CommandGroups {
    private static final int NAME_COLUMNS = 15;

    private CommandGroups() {}

    private static Map<String, List<String>> groups() {
        Map<String, List<String>> groups = new LinkedHashMap<>();
        groups.put("Train", List.of("quickstart", "train", "server", "device"));
        groups.put("Use what was trained", List.of("evaluate", "generate", "export"));
        groups.put("Plan and compare costs", List.of("plan", "simulate", "calibrate", "reproduce"));
        groups.put("Set up and look inside", List.of("doctor", "certs", "codec", "schema", "pretrain"));
        return groups;
    }

    static String render(Help help) {
        StringBuilder text = new StringBuilder();
        groups().forEach((heading, names) -> {
            TextTable table = TextTable.forColumns(
                    help.colorScheme(),
                    new Column(NAME_COLUMNS, 2, Overflow.SPAN),
                    new Column(help.commandSpec().usageMessage().width() - NAME_COLUMNS, 2, Overflow.WRAP));
            for (String name : names) {
                Help command = help.subcommands().get(name);
                if (command != null) {
                    table.addRowValues(name, command.description().strip());
                }
            }
            text.append(String.format("%n%s:%n%s", heading, table));
        });
        return text.toString();
    }
}
