package io.splittune.cli;

import com.fasterxml.jackson.databind.JsonNode;

/**
 * A command's result, for machines and for people.
 *
 * @param json printed with {@code --json}
 * @param text printed without
 */
record Report(JsonNode json, String text) {}
