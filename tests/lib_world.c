/* Worlds by hand. */
#include "lib_world.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "core/fold.h"
#include "core/images.h"
#include "core/rows.h"
#include "core/scopes.h"

struct folding {
	struct bench *bench;
	struct world world;
	struct report report;
	struct image *images[MAX_SCOPES];
};

void bench_init(struct bench *bench)
{
	*bench = (struct bench){ .options = { .jobs = 1 }, .names = { "SOFTWARE" } };
}

void bench_name(struct bench *bench, const char *id)
{
	bench->options.package_ids[0] = (struct bound_option){ .value = slice_from(id) };
	bench->options.package_id_count = 1;
}

static void release_report(struct report *report)
{
	if (report->arena.max || report->input_count)
		report_release(report);
}

void bench_release(struct bench *bench)
{
	release_report(&bench->report);
	free(bench->dump[0]);
	free(bench->dump[1]);
}

void bench_document(struct bench *bench, int scope, const char *path)
{
	assert_true(bench->document_count < MAX_DOCUMENTS);
	bench->documents[bench->document_count].scope = scope;
	bench->documents[bench->document_count++].path = path;
}

static struct fact with_times(struct fact fact)
{
	fact.when = fact.when ? fact.when : NO_TIME;
	fact.utc = fact.utc ? fact.utc : NO_TIME;
	fact.begun = fact.begun ? fact.begun : NO_TIME;
	return fact;
}

void bench_fact(struct bench *bench, struct fact fact)
{
	struct bench_document *document = &bench->documents[bench->document_count - 1];

	assert_true(document->count < MAX_DOCUMENT);
	document->facts[document->count++] = with_times(fact);
}

void bench_log(struct bench *bench, struct fact fact)
{
	assert_true(bench->logged_count < MAX_LOGGED);
	bench->logged_by[bench->logged_count] = bench->machine;
	bench->logged[bench->logged_count++] = with_times(fact);
}

/* Folding */

static void make_world(struct folding *folding)
{
	struct bench *bench = folding->bench;
	struct world *world = &folding->world;
	struct report *report = &folding->report;
	size_t members = bench->document_count + 1 + MAX_MACHINES;

	world_init(world, &bench->options, report);
	report->inputs = arena_alloc(&report->arena, sizeof(*report->inputs));
	report->input_count = 1;
	report->inputs[0].path = SLICE("evidence");
	report->members = arena_alloc(&report->arena, members * sizeof(*report->members));
	report->member_count = members;
	for (size_t i = 0; i < bench->document_count; i++)
		report->members[i + 1].path = slice_from(bench->documents[i].path);
	for (size_t i = bench->document_count + 1; i < members; i++)
		report->members[i].path = SLICE("/Windows/Logs/CBS/CBS.log");
	world->member_images = calloc(members, sizeof(struct image *));
	world->member_cap = members;
}

/* The images in the order of their scopes: that order is not what is tested. */
static void make_images(struct folding *folding)
{
	struct bench *bench = folding->bench;
	struct world *world = &folding->world;

	for (int i = 0; i < MAX_SCOPES && bench->names[i]; i++) {
		const struct scope_name name = { slice_from(bench->names[i]),
			slice_from(bench->names[i]) };

		folding->images[i] = bench->indexes[i]
			? scope_index(world, 0, &name, bench->indexes[i])
			: scope_document(world, 0, &name);
		if (bench->modified[i])
			folding->images[i]->modified = bench->modified[i];
	}
}

static void fold_document(struct folding *folding, size_t number)
{
	const struct bench_document *document = &folding->bench->documents[number];
	struct world *world = &folding->world;

	world->scope = document->scope == NOWHERE ? NULL : folding->images[document->scope];
	world->member_images[number + 1] = world->scope;
	for (size_t i = 0; i < document->count; i++) {
		struct fact fact = document->facts[i];

		fact.at = (struct place){ .member = (uint32_t)number + 1, .line = i + 1 };
		if (!fact.words.len)
			fact.words = slice_from(fact_name(fact.kind));
		fold_fact(world, NULL, &fact);
	}
	world->scope = NULL;
}

static struct machine *host_machine(struct folding *folding, int number)
{
	struct machine *machine = arena_alloc(&folding->world.arena, sizeof(*machine));

	assert_non_null(machine);
	machine->number = 7 + (uint32_t)number;
	assert_true(list_add(&folding->world.machines, machine));
	return machine;
}

static void fold_log(struct folding *folding, int number)
{
	struct bench *bench = folding->bench;
	struct world *world = &folding->world;
	uint32_t member = (uint32_t)bench->document_count + 1 + (uint32_t)number;
	struct machine *machine;

	if (!bench->logged_count)
		return;
	if (bench->is_host_log || number) {
		machine = host_machine(folding, number);
	} else {
		machine = scope_machine(world, folding->images[0]);
		world->member_images[member] = folding->images[0];
	}
	for (size_t i = 0; i < bench->logged_count; i++) {
		struct fact fact = bench->logged[i];

		if (bench->logged_by[i] != number)
			continue;
		fact.at = (struct place){ .member = member, .line = i + 1 };
		fact.flags |= FLAG_HAS_STAMP;
		if (!fact.words.len)
			fact.words = slice_from(fact_name(fact.kind));
		fold_fact(world, machine, &fact);
	}
	fold_end(world, machine);
}

/* What both orders must agree on */

static void put_value(FILE *out, const struct row_value *value, enum value_type type)
{
	char text[MOMENT_TEXT];

	if (value->is_null)
		fprintf(out, "null ");
	else if (type == VALUE_INTEGER)
		fprintf(out, "%d ", value->integer);
	else if (type == VALUE_TEXT)
		fprintf(out, "'%.*s' ", SLICE_ARG(value->text));
	else {
		moment_print(value->when, text);
		fprintf(out, "%s ", text);
	}
}

static void put_row(FILE *out, const struct row *row)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	for (size_t i = 0; i < count; i++)
		put_value(out, &row->values[i], columns[i].type);
	fprintf(out, "KB%u %s %s %s %s '%.*s'\n", row->own.kb, id_from_word(row->own.id_from),
		row->own.state, certainty_word(row->own.certainty), reason_code(row->own.reason),
		SLICE_ARG(row->own.reason_detail));
	for (size_t i = 0; i < row->own.package_count; i++)
		fprintf(out, "\t%.*s %s\n", SLICE_ARG(row->own.packages[i].identity),
			row->own.packages[i].state);
	for (size_t i = 0; i < row->own.binary_count; i++)
		fprintf(out, "\t%.*s %.*s %08x\n", SLICE_ARG(row->own.binaries[i].file),
			SLICE_ARG(row->own.binaries[i].token), row->own.binaries[i].code);
	for (size_t i = 0; i < row->own.evidence_count; i++)
		fprintf(out, "\t%u:%u %x '%.*s'\n", row->own.evidence[i].at.member,
			(unsigned)row->own.evidence[i].at.line, row->own.evidence[i].supports,
			SLICE_ARG(row->own.evidence[i].words));
}

static void put_report(FILE *out, const struct report *report)
{
	for (int class = 0; class < ROW_CLASS_COUNT_; class ++)
		for (size_t i = 0; i < report->row_count[class]; i++)
			put_row(out, &report->rows[class][i]);
	for (size_t i = 0; i < report->image_count; i++) {
		const struct report_image *image = &report->images[i];

		fprintf(out, "image %.*s %u %.*s %.*s %.*s %.*s %s %.*s\n",
			SLICE_ARG(image->package_id), image->index, SLICE_ARG(image->version),
			SLICE_ARG(image->edition), SLICE_ARG(image->product),
			SLICE_ARG(image->servicing_stack), image->pending,
			SLICE_ARG(image->sources));
	}
	for (size_t i = 0; i < report->package_count; i++) {
		const struct report_package *package = &report->packages[i];

		fprintf(out, "package %.*s %.*s KB%u '%.*s' %.*s %.*s %zu %.*s %u:%u\n",
			SLICE_ARG(package->container), SLICE_ARG(package->identity), package->kb,
			SLICE_ARG(package->title), SLICE_ARG(package->stack),
			SLICE_ARG(package->guid), package->parent_count,
			SLICE_ARG(package->restart), package->at.member,
			(unsigned)package->at.line);
	}
	for (size_t i = 0; i < report->diagnostics.count; i++) {
		const struct diagnostic *note = &report->diagnostics.items[i];

		fprintf(out, "%s %u:%u '%.*s'\n", diagnostic_name(note->code), note->at.member,
			(unsigned)note->at.line, SLICE_ARG(note->detail));
	}
}

static char *dump(const struct report *report)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	put_report(out, report);
	assert_int_equal(fclose(out), 0);
	return text;
}

static void fold_all(struct folding *folding, bool backwards)
{
	struct bench *bench = folding->bench;
	size_t count = bench->document_count;

	make_world(folding);
	make_images(folding);
	for (size_t i = 0; i < count; i++)
		fold_document(folding, backwards ? count - 1 - i : i);
	for (int i = 0; i < MAX_MACHINES; i++)
		fold_log(folding, backwards ? MAX_MACHINES - 1 - i : i);
	assert_int_equal(folding->world.status, ST_OK);
	assert_int_equal(rows_make(&folding->world), ST_OK);
	diagnostics_sort(&folding->report.diagnostics, folding->report.members,
		folding->report.member_count);
}

static void run_in_order(struct bench *bench, bool backwards)
{
	struct folding folding = { .bench = bench };

	fold_all(&folding, backwards);
	bench->dump[backwards] = dump(&folding.report);
	if (backwards)
		release_report(&folding.report);
	else
		bench->report = folding.report;
	world_release(&folding.world);
}

void bench_run(struct bench *bench)
{
	for (int backwards = 0; backwards < 2; backwards++)
		run_in_order(bench, backwards);
	assert_string_equal(bench->dump[0], bench->dump[1]);
}

void bench_run_alone(struct bench *bench)
{
	run_in_order(bench, false);
}

/* Looking */

const struct report_image *bench_image(struct bench *bench, int scope)
{
	for (size_t i = 0; i < bench->report.image_count; i++)
		if (slice_equal(
			    bench->report.images[i].package_id, slice_from(bench->names[scope])) &&
			bench->report.images[i].index == bench->indexes[scope])
			return &bench->report.images[i];
	return NULL;
}

static bool is_of(const struct row *row, const char *update)
{
	uint32_t kb;

	if (strncmp(update, "KB", 2) == 0)
		return slice_to_u32(slice_from(update + 2), 10, &kb) && row->own.kb == kb;
	return !row->own.kb && row->own.package_count &&
		slice_starts(row->own.packages[0].identity, slice_from(update));
}

const struct row *bench_row_of(struct bench *bench, int scope, const char *update)
{
	for (size_t i = 0; i < bench->report.row_count[ROW_STATUS]; i++) {
		const struct row *row = &bench->report.rows[ROW_STATUS][i];

		if (is_of(row, update) &&
			(scope < 0 ||
				(slice_equal(
					 row->values[2].text, slice_from(bench->names[scope])) &&
					row->values[1].integer == (int32_t)bench->indexes[scope])))
			return row;
	}
	return NULL;
}

const char *bench_row(struct bench *bench, int scope, const char *update)
{
	static char text[256];
	const struct row *row = bench_row_of(bench, scope, update);
	char code[16] = "0", when[MOMENT_TEXT] = "";

	if (!row)
		return "no row";
	if (row->values[4].integer)
		snprintf(code, sizeof(code), "0x%08x", (uint32_t)row->values[4].integer);
	if (!row->values[0].is_null)
		moment_print(row->values[0].when, when);
	snprintf(text, sizeof(text), "%d %s %s %s %s %s%s%s", row->values[5].integer, code,
		*row->own.state ? row->own.state : "-", certainty_word(row->own.certainty),
		row->own.reason ? reason_code(row->own.reason) : "-", *when ? when : "-",
		*when ? " " : "", *when ? time_basis_word(row->own.time_basis) : "");
	return text;
}

size_t bench_diagnostics(const struct bench *bench, enum diagnostic_code code)
{
	size_t count = 0;

	for (size_t i = 0; i < bench->report.diagnostics.count; i++)
		count += bench->report.diagnostics.items[i].code == code;
	return count;
}

bool bench_cites(const struct row *row, const char *words, const char *property)
{
	size_t count;
	const struct row_column *columns = row_columns(row->row_class, &count);

	for (size_t i = 0; i < row->own.evidence_count; i++) {
		const struct evidence *evidence = &row->own.evidence[i];

		if (slice_find(evidence->words, slice_from(words)) == SLICE_MISSING)
			continue;
		for (size_t k = 0; k < count; k++)
			if ((evidence->supports & 1u << k) &&
				strcmp(columns[k].name, property) == 0)
				return true;
	}
	return false;
}
