package io.splittune.cli.scenario;

import com.fasterxml.classmate.ResolvedType;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.github.victools.jsonschema.generator.CustomDefinition;
import com.github.victools.jsonschema.generator.FieldScope;
import com.github.victools.jsonschema.generator.MethodScope;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGenerationContext;
import com.github.victools.jsonschema.generator.SchemaGenerator;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.generator.TypeScope;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** The JSON Schema of a scenario file, generated from the same records that the reader fills. */
public final class ScenarioSchema {
    private static final List<String> PLAIN_WORDS = List.of("none", "bf16");

    private ScenarioSchema() {}

    /** Returns the schema (draft 2020-12). */
    public static ObjectNode generate() {
        SchemaGeneratorConfigBuilder builder =
                new SchemaGeneratorConfigBuilder(SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON);
        builder.forFields()
                .withDescriptionResolver(field ->
                        field.isFakeContainerItemScope() ? null : key(field).value())
                .withDefaultResolver(ScenarioSchema::defaultOf)
                .withRequiredCheck(ScenarioSchema::isRequired)
                .withTargetTypeOverridesResolver(ScenarioSchema::insideOptional)
                .withEnumResolver(ScenarioSchema::fixedWords)
                .withStringPatternResolver(ScenarioSchema::pattern)
                .withNumberInclusiveMinimumResolver(
                        field -> bound(field, key(field).min()))
                .withNumberExclusiveMinimumResolver(
                        field -> bound(field, key(field).above()))
                .withNumberInclusiveMaximumResolver(
                        field -> bound(field, key(field).max()))
                .withNumberExclusiveMaximumResolver(
                        field -> bound(field, key(field).below()))
                .withArrayMinItemsResolver(field -> isList(field) ? 1 : null);
        builder.forTypesInGeneral()
                .withCustomDefinitionProvider(ScenarioSchema::choice)
                .withAdditionalPropertiesResolver(ScenarioSchema::noOtherKeys)
                .withPropertySorter(
                        Comparator.comparing(MethodScope.class::isInstance)) // there are none: the order of the records
                .withTypeAttributeOverride((node, scope, context) -> addBits(node, scope.getType()));
        ObjectNode schema = new SchemaGenerator(builder.build()).generateSchema(Scenario.class);
        schema.put("title", "SplitTune scenario");
        return schema;
    }

    private static Key key(FieldScope field) {
        Key key = field.getAnnotation(Key.class);
        if (key == null) {
            throw new IllegalStateException(field + " lacks @Key.");
        }
        return key;
    }

    private static @Nullable Object defaultOf(FieldScope field) {
        String text = key(field).byDefault();
        return text.isEmpty() || field.isFakeContainerItemScope()
                ? null
                : new Load(LoadSettings.builder().setSchema(new CoreSchema()).build()).loadFromString(text);
    }

    private static boolean isRequired(FieldScope field) {
        return key(field).byDefault().isEmpty() && field.getDeclaredType().getErasedType() != Optional.class;
    }

    private static @Nullable List<ResolvedType> insideOptional(FieldScope field) {
        return field.getType().getErasedType() == Optional.class
                ? field.getType().getTypeParameters()
                : null;
    }

    private static @Nullable Type noOtherKeys(TypeScope scope) {
        Class<?> type = scope.getType().getErasedType();
        return type.isRecord() && !Choices.knows(type) ? Void.class : null;
    }

    private static boolean isText(FieldScope field) {
        return field.getType().getErasedType() == String.class && key(field).oneOf().length > 0;
    }

    private static boolean isOpen(FieldScope field) {
        return Arrays.stream(key(field).oneOf()).anyMatch(word -> word.endsWith("*"));
    }

    private static @Nullable Collection<?> fixedWords(FieldScope field) {
        return isText(field) && !isOpen(field) ? Arrays.asList(key(field).oneOf()) : null;
    }

    /** Words that end in {@code *} need a pattern; no other key has one, and no word needs quoting in it. */
    private static @Nullable String pattern(FieldScope field) {
        return isText(field) && isOpen(field)
                ? "^(" + String.join("|", key(field).oneOf()).replace("*", ".+") + ")$"
                : null;
    }

    private static boolean isList(FieldScope field) {
        return field.getType().isInstanceOf(List.class);
    }

    private static @Nullable BigDecimal bound(FieldScope field, double bound) {
        return isList(field) || !Double.isFinite(bound) ? null : BigDecimal.valueOf(bound);
    }

    private static @Nullable CustomDefinition choice(ResolvedType type, SchemaGenerationContext context) {
        Class<?> plain = type.getErasedType();
        ObjectNode definition = context.getGeneratorConfig().getObjectMapper().createObjectNode();
        if (plain.isEnum()) {
            words(definition, Words.all(plain));
        } else if (plain == CutSetting.class) {
            cut(definition.putArray("anyOf"));
        } else if (plain == Span.class) {
            span(definition.putArray("anyOf"));
        } else if (plain == SchemeSetting.class) {
            schemes(definition.putArray("anyOf"));
        } else if (plain == StreamSetting.class) {
            ArrayNode ways = definition.putArray("anyOf");
            words(ways.addObject(), PLAIN_WORDS);
            ways.add(context.createDefinitionReference(type.getTypeParameters().get(0)));
        } else if (plain == CompressionSection.class) {
            compression(definition.putArray("anyOf"), context);
        } else {
            return null;
        }
        return new CustomDefinition(
                definition, CustomDefinition.DefinitionType.INLINE, CustomDefinition.AttributeInclusion.YES);
    }

    private static void cut(ArrayNode ways) {
        ways.addObject().put("const", "auto");
        ways.addObject().put("type", "integer").put("minimum", 0);
        ObjectNode list = ways.addObject().put("type", "array").put("minItems", 1);
        list.putObject("items").put("type", "integer").put("minimum", 0);
    }

    private static void span(ArrayNode ways) {
        ways.addObject().put("type", "number");
        ObjectNode range =
                ways.addObject().put("type", "array").put("minItems", 2).put("maxItems", 2);
        range.putObject("items").put("type", "number").put("exclusiveMinimum", 0);
    }

    private static void schemes(ArrayNode ways) {
        List<String> names = Words.all(SchemeName.class);
        words(ways.addObject(), names);
        ObjectNode list =
                ways.addObject().put("type", "array").put("minItems", 1).put("uniqueItems", true);
        words(list.putObject("items"), names);
    }

    private static void compression(ArrayNode ways, SchemaGenerationContext context) {
        words(ways.addObject(), List.of("none", "bf16", "auto"));
        ObjectNode sides = ways.addObject().put("type", "object").put("additionalProperties", false);
        ObjectNode properties = sides.putObject("properties");
        properties.set("activations", side(StreamSection.class, context));
        properties.set("gradients", side(GradientSection.class, context));
        ArrayNode adapters = properties.putObject("adapters").putArray("anyOf");
        words(adapters.addObject(), AdaptersSetting.WORDS);
        adapters.add(context.createDefinitionReference(context.getTypeContext().resolve(AdaptersSection.class)));
        properties.set(
                "cache",
                context.createDefinitionReference(context.getTypeContext().resolve(CacheSection.class)));
    }

    private static ObjectNode side(Class<?> section, SchemaGenerationContext context) {
        return context.createDefinitionReference(context.getTypeContext().resolve(StreamSetting.class, section));
    }

    private static void words(ObjectNode node, List<String> words) {
        ArrayNode values = node.putArray("enum");
        words.forEach(values::add);
    }

    private static void addBits(ObjectNode node, ResolvedType type) {
        if (Shorthands.hasBits(type.getErasedType()) && node.get("properties") instanceof ObjectNode properties) {
            properties
                    .putObject(Shorthands.BITS)
                    .put("type", "integer")
                    .put("minimum", 1)
                    .put("maximum", Shorthands.MAX_BITS)
                    .put("description", Shorthands.BITS_MEANING);
        }
    }
}
