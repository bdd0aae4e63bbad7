/* The run: inputs, one machine after the other, then the rows. */
#include "core/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/facts_out.h"
#include "core/fold.h"
#include "core/images.h"
#include "core/inputs.h"
#include "core/merge.h"
#include "core/names.h"
#include "core/rows.h"

#define MAX_TEXTS      (1u << 22)
#define MAX_IDENTITIES (1u << 22)
#define MAX_REPORT     ((size_t)2 << 30)

struct runner {
	struct world world;
	struct inputs inputs;
	struct pool *pool;
	struct shapes *shapes;
	struct machine *machine; /* whose logs are folded now */
	uint64_t total, done;
};

const struct reader_info *run_readers(void)
{
	static struct reader_info readers[16];

	for (size_t i = 0; parser_all()[i]; i++)
		readers[i] = (struct reader_info){ parser_all()[i]->name, parser_all()[i]->what };
	return readers;
}

static void world_init(
	struct world *world, const struct run_options *options, struct report *report)
{
	*world = (struct world){ .options = options, .report = report };
	arena_init(&world->arena, MAX_WORLD_MEMORY);
	interner_init(&world->texts, &world->arena, false, MAX_TEXTS);
	interner_init(&world->identities, &world->arena, true, MAX_IDENTITIES);
	arena_init(&report->arena, MAX_REPORT);
	diagnostics_init(&report->diagnostics, &report->arena);
}

static void release_lists(struct world *world)
{
	for (LIST_EACH(struct machine, machine, &world->machines)) {
		list_release(&machine->hosts);
		list_release(&machine->operations);
		list_release(&machine->ended);
	}
	for (LIST_EACH(struct host, host, &world->hosts)) {
		list_release(&host->attempts);
		list_release(&host->runs);
	}
	for (LIST_EACH(struct operation, operation, &world->operations)) {
		list_release(&operation->packages);
		list_release(&operation->caused);
	}
	for (LIST_EACH(struct run, run, &world->runs))
		list_release(&run->failures);
	for (LIST_EACH(struct mount, mount, &world->mounts))
		list_release(&mount->packages);
	for (LIST_EACH(struct startup, startup, &world->startups))
		list_release(&startup->packages);
	for (LIST_EACH(struct container_kb, container, &world->container_kbs))
		list_release(&container->packages);
}

static void world_release(struct world *world)
{
	struct list *lists[] = { &world->machines, &world->images, &world->mounts, &world->runs,
		&world->packages, &world->container_kbs, &world->hosts, &world->operations,
		&world->startups, &world->spare_hosts };

	release_lists(world);
	clock_release(world);
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++)
		list_release(lists[i]);
	free(world->package_slots);
	interner_release(&world->texts);
	interner_release(&world->identities);
	arena_release(&world->arena);
}

static enum status make_anchors(struct world *world)
{
	size_t count = world->report->input_count;

	world->anchors = calloc(count + 1, sizeof(*world->anchors));
	if (!world->anchors)
		return ST_NOMEM;
	for (size_t i = 0; i < count; i++) {
		world->anchors[i].first_local = world->anchors[i].last_local = NO_TIME;
		world->anchors[i].machine = (uint32_t)i;
	}
	return ST_OK;
}

static void take_fact(void *self, const struct fact *fact)
{
	struct runner *runner = self;

	if (fact->kind == FACT_NONE) {
		if (runner->shapes)
			shapes_add(runner->shapes, fact);
		return;
	}
	runner->world.report->facts++;
	if (runner->world.options->facts && !runner->shapes)
		facts_print(&runner->world, fact);
	if (!runner->shapes)
		fold_fact(&runner->world, runner->machine, fact);
}

static void note(struct runner *runner, size_t input, enum diagnostic_code code, struct slice words)
{
	diagnostics_add(&runner->world.report->diagnostics, code,
		(struct place){ .input = (uint32_t)input }, words);
}

/* Images of a WIM */

static void take_wim_fact(struct runner *runner, struct fact *fact, size_t input)
{
	struct world *world = &runner->world;
	struct image *image;

	fact->at.input = (uint32_t)input;
	if (world->options->facts && !runner->shapes)
		facts_print(world, fact);
	if (!index_is_chosen(world->options, fact->index))
		return;
	world->fact = fact;
	image = image_new(world, NULL, IMAGE_ENTRY);
	if (!image)
		return;
	image->container = world_text(world, world->report->inputs[input].path);
	image->has_index = true;
	image->index = fact->index;
	image->name = arena_copy(&world->arena, fact->name);
	image->description = arena_copy(&world->arena, fact->description);
	image->edition = arena_copy(&world->arena, fact->edition);
	image->architecture = arena_copy(&world->arena, fact->architecture);
	image->version = arena_copy(&world->arena, fact->version);
	image->version_is_approximate = image->version.len != 0;
	world->fact = NULL;
}

static void read_wim_xml(struct runner *runner, size_t at, const char *xml, size_t size)
{
	struct report_input *report = &runner->world.report->inputs[at];
	struct parse_result result;

	parse_result_init(&result);
	runner->inputs.items[at].parser->read((struct slice){ xml, size }, &result);
	for (size_t i = 0; i < result.fact_count; i++)
		take_wim_fact(runner, &result.facts[i], at);
	for (size_t i = 0; i < result.note_count; i++)
		note(runner, at, result.notes[i].code, result.notes[i].detail);
	report->records = result.records;
	report->facts = result.fact_count;
	if (result.status != ST_OK)
		runner->world.status = result.status;
	parse_result_release(&result);
}

static void read_wim(struct runner *runner, size_t at, struct stream *stream)
{
	struct report_input *report = &runner->world.report->inputs[at];
	struct wim_header header;
	char *xml = NULL;
	size_t size = 0;
	enum status status = stream_wim_xml(stream, &header, &xml, &size);

	if (!report->bytes)
		report->bytes = stream_stored_bytes(stream);
	if (status == ST_NOMEM) {
		runner->world.status = status;
	} else if (status != ST_OK) {
		note(runner, at, DIAG_WIM_DAMAGED, SLICE_NONE);
	} else {
		if (header.flags & WIM_FLAG_WRITE_IN_PROGRESS)
			note(runner, at, DIAG_WIM_INCOMPLETE, SLICE_NONE);
		read_wim_xml(runner, at, xml, size);
		note(runner, at, DIAG_WIM_CONTENTS,
			SLICE("WITH_WIM (libwim) reads what is inside"));
	}
	free(xml);
	stream_close(stream);
}

static enum status open_feed(
	struct runner *runner, size_t at, struct stream *stream, struct feed **ret_feed)
{
	const struct run_options *options = runner->world.options;
	struct report_input *report = &runner->world.report->inputs[at];
	struct feed_setup setup = {
		.stream = stream,
		.parser = runner->inputs.items[at].parser,
		.pool = runner->pool,
		.blocks = options->jobs > 1 ? options->jobs + 2 : 1,
		.input = (uint32_t)at,
		.want_unknown = options->unknown_shapes,
		.report = report,
		.diagnostics = &runner->world.report->diagnostics,
	};

	report->in_stream = stream_is_compressed(stream);
	report->bytes = 0;
	return feed_new(&setup, ret_feed);
}

/* Standard input is opened once: recognised and read from the same stream. */
static const struct parser *recognise_stream(struct runner *runner, struct stream *stream)
{
	struct slice head = stream_head(stream);
	const char *forced = runner->world.options->as_format;
	struct buf text;
	const struct parser *parser;
	size_t bom;
	enum text_encoding encoding = text_detect(head, &bom);

	if (forced)
		return parser_find(slice_from(forced));
	if (encoding == TEXT_UTF8)
		return parser_detect(head);
	buf_init(&text, 1 << 20);
	(void)text_from_utf16(&text, slice_skip(head, bom), encoding, true);
	parser = parser_detect(buf_slice(&text));
	buf_release(&text);
	return parser;
}

static enum status open_input(struct runner *runner, size_t at, struct feed **ret_feed)
{
	struct input *input = &runner->inputs.items[at];
	struct stream *stream = NULL;
	enum status status = stream_open(input->path, &stream);

	*ret_feed = NULL;
	if (status == ST_IO) {
		note(runner, at, DIAG_CANNOT_OPEN, slice_from(strerror(errno)));
		return ST_OK;
	}
	if (status != ST_OK)
		return status;
	if (!input->parser)
		input->parser = recognise_stream(runner, stream);
	if (!input->parser) {
		note(runner, at, DIAG_NOT_RECOGNISED, SLICE_NONE);
		stream_close(stream);
		return ST_OK;
	}
	runner->world.report->inputs[at].format = input->parser->name;
	if (input->parser->shape == PARSER_WHOLE) {
		read_wim(runner, at, stream);
		return ST_OK;
	}
	return open_feed(runner, at, stream, ret_feed);
}

/* DISM's log settles ties: what CBS did it had asked for. */
static int by_tie(const struct runner *runner, size_t a, size_t b)
{
	const struct input *first = &runner->inputs.items[a], *second = &runner->inputs.items[b];
	int first_dism = first->parser && strcmp(first->parser->name, "dism-log") == 0;
	int second_dism = second->parser && strcmp(second->parser->name, "dism-log") == 0;

	if (first_dism != second_dism)
		return second_dism - first_dism;
	return a < b ? -1 : 1;
}

static size_t collect(struct runner *runner, const struct machine *machine, size_t *numbers)
{
	size_t count = 0;

	for (size_t i = 0; i < runner->inputs.count; i++)
		if (runner->inputs.items[i].shape == INPUT_LOG &&
			runner->inputs.items[i].machine == machine)
			numbers[count++] = i;
	for (size_t i = 1; i < count; i++)
		for (size_t k = i; k > 0 && by_tie(runner, numbers[k - 1], numbers[k]) > 0; k--) {
			size_t swap = numbers[k];

			numbers[k] = numbers[k - 1];
			numbers[k - 1] = swap;
		}
	return count;
}

static enum status read_machine(struct runner *runner, struct machine *machine)
{
	size_t *numbers = calloc(runner->inputs.count + 1, sizeof(*numbers));
	struct feed **feeds = calloc(runner->inputs.count + 1, sizeof(struct feed *));
	enum status status = numbers && feeds ? ST_OK : ST_NOMEM;
	size_t count = 0, inputs = 0;

	if (status == ST_OK)
		inputs = collect(runner, machine, numbers);
	for (size_t i = 0; i < inputs && status == ST_OK; i++) {
		runner->world.anchors[numbers[i]].machine = machine->number;
		status = open_input(runner, numbers[i], &feeds[count]);
		machine->presumed_online |= feeds[count] && feed_is_online(feeds[count]);
		count += feeds[count] != NULL;
	}
	runner->machine = machine;
	if (status == ST_OK)
		status = merge_run(feeds, count, &runner->world, take_fact, runner);
	if (status == ST_OK && !runner->shapes)
		fold_end(&runner->world, machine);
	for (size_t i = 0; i < count; i++)
		feed_free(feeds[i]);
	free(feeds);
	free(numbers);
	return status;
}

static enum status read_all(struct runner *runner)
{
	struct world *world = &runner->world;
	enum status status = ST_OK;

	for (size_t i = 0; i < runner->inputs.count && status == ST_OK; i++) {
		struct feed *none;

		if (runner->inputs.items[i].shape == INPUT_WIM)
			status = open_input(runner, i, &none);
	}
	for (size_t i = 0; i < world->machines.count && status == ST_OK; i++)
		status = read_machine(runner, world->machines.items[i]);
	return status != ST_OK ? status : world->status;
}

static enum status conclude(struct runner *runner)
{
	struct world *world = &runner->world;
	enum status status;

	if (runner->shapes)
		shapes_print(runner->shapes, world->options->facts);
	options_check(world);
	clock_compare_zones(world);
	status = runner->shapes ? ST_OK : rows_make(world);
	diagnostics_sort(
		&world->report->diagnostics, world->report->members, world->report->member_count);
	return status;
}

enum status run(const struct run_options *options, struct report *ret_report)
{
	struct runner runner = { 0 };
	struct report report = { 0 };
	enum status status;

	world_init(&runner.world, options, &report);
	status = parsers_init();
	if (status == ST_OK)
		status = pool_new(options->jobs > 1 ? options->jobs - 1 : 0, &runner.pool);
	if (status == ST_OK && options->unknown_shapes)
		status = shapes_new(&runner.shapes);
	if (status == ST_OK)
		status = inputs_find(&runner.world, &runner.inputs);
	if (status == ST_OK)
		status = make_anchors(&runner.world);
	if (status == ST_OK)
		status = read_all(&runner);
	if (status == ST_OK)
		status = conclude(&runner);
	inputs_release(&runner.inputs);
	pool_free(runner.pool);
	shapes_free(runner.shapes);
	parsers_release();
	world_release(&runner.world);
	if (status == ST_OK)
		*ret_report = report;
	else
		report_release(&report);
	return status;
}

void report_release(struct report *report)
{
	diagnostics_release(&report->diagnostics);
	arena_release(&report->arena);
	*report = (struct report){ 0 };
}
