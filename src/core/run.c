/* The run: inputs, one machine after the other, then the rows. */
#include "core/run.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "core/clock.h"
#include "core/facts_out.h"
#include "core/fold.h"
#include "core/images.h"
#include "core/machines.h"
#include "core/maps.h"
#include "core/merge.h"
#include "core/names.h"
#include "core/read_file.h"
#include "core/reading.h"
#include "core/rows.h"

struct runner {
	struct world world;
	struct reading reading;
	struct pool *pool;
	struct shapes *shapes;
	struct machine *machine; /* whose logs are folded now */
	uint64_t total, done;
};

const struct reader_info *run_readers(void)
{
	static struct reader_info readers[64];

	for (size_t i = 0; parser_all()[i]; i++)
		readers[i] = (struct reader_info){ parser_all()[i]->name, parser_all()[i]->what,
			parser_all()[i]->option };
	return readers;
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

static void note(struct runner *runner, const struct log_source *log, enum diagnostic_code code,
	struct slice words)
{
	diagnostics_add(&runner->world.report->diagnostics, code,
		(struct place){ .input = log->input, .member = log->member }, words);
}

/* Logs */

/* Opens a log as the next source of a feed. What cannot be opened is told, and left out. */
static enum status open_source(
	struct runner *runner, struct log_source *log, struct feed_setup *setup)
{
	struct report *report = runner->world.report;
	struct file_ref ref = { log->root, log->path, false };
	struct stream *stream = log->stream;
	enum status status = stream ? ST_OK : file_open(&ref, log->member != 0, &stream);

	log->stream = NULL;
	if (status == ST_NOMEM)
		return status;
	if (status != ST_OK) {
		note(runner, log, DIAG_CANNOT_OPEN, slice_from(strerror(errno)));
		return ST_OK;
	}
	if (log->member)
		report->members[log->member].in_stream |= stream_is_compressed(stream);
	else
		report->inputs[log->input].in_stream = stream_is_compressed(stream);
	setup->sources[setup->source_count++] = (struct feed_source){ stream, log->input,
		log->member, &report->inputs[log->input] };
	return ST_OK;
}

/* What was rotated away comes before the log, as one with it. */
static enum status open_log(struct runner *runner, struct log_source *log, struct feed **ret_feed)
{
	const struct run_options *options = runner->world.options;
	struct feed_setup setup = {
		.parser = log->parser,
		.pool = runner->pool,
		.blocks = options->jobs > 1 ? options->jobs + 2 : 1,
		.want_unknown = options->unknown_shapes,
		.diagnostics = &runner->world.report->diagnostics,
	};
	enum status status = log->older ? open_source(runner, log->older, &setup) : ST_OK;

	*ret_feed = NULL;
	if (status == ST_OK)
		status = open_source(runner, log, &setup);
	if (status == ST_OK)
		return setup.source_count ? feed_new(&setup, ret_feed) : ST_OK;
	for (unsigned i = 0; i < setup.source_count; i++)
		stream_close(setup.sources[i].stream);
	return status;
}

/* DISM's log settles ties: what CBS did it had asked for. */
static bool is_dism(const struct log_source *log)
{
	return strcmp(log->parser->name, "dism-log") == 0;
}

static void collect(struct runner *runner, const struct machine *machine, struct list *ret_logs)
{
	for (int dism = 1; dism >= 0; dism--)
		for (LIST_EACH(struct log_source, log, &runner->reading.logs))
			if (log->machine == machine && is_dism(log) == dism && !log->is_older &&
				!list_add(ret_logs, log))
				runner->world.status = ST_NOMEM;
}

/* A log of ConfigMgr's form that is of another component. */
static void note_other_component(
	struct runner *runner, const struct log_source *log, const struct feed *feed)
{
	if (strcmp(log->parser->name, "cm-log") == 0 && !feed_has_facts(feed))
		note(runner, log, DIAG_NO_OFFLINE_SERVICING, SLICE_NONE);
}

static enum status read_logs(struct runner *runner, struct machine *machine,
	const struct list *logs, struct feed **feeds, struct log_source **opened)
{
	enum status status = ST_OK;
	size_t count = 0;

	for (LIST_EACH(struct log_source, log, logs)) {
		if (status == ST_OK)
			status = open_log(runner, log, &feeds[count]);
		machine->presumed_online |= feeds[count] && feed_is_online(feeds[count]);
		opened[count] = log;
		count += feeds[count] != NULL;
	}
	runner->machine = machine;
	if (status == ST_OK)
		status = merge_run(feeds, count, &runner->world, take_fact, runner);
	if (status == ST_OK && !runner->shapes)
		fold_end(&runner->world, machine);
	for (size_t i = 0; status == ST_OK && i < count; i++)
		note_other_component(runner, opened[i], feeds[i]);
	for (size_t i = 0; i < count; i++)
		feed_free(feeds[i]);
	return status;
}

static enum status read_machine(struct runner *runner, struct machine *machine)
{
	struct list logs = { 0 };
	struct log_source **opened;
	struct feed **feeds;
	enum status status = ST_NOMEM;

	collect(runner, machine, &logs);
	feeds = calloc(logs.count + 1, sizeof(struct feed *));
	opened = calloc(logs.count + 1, sizeof(struct log_source *));
	if (feeds && opened && runner->world.status == ST_OK)
		status = read_logs(runner, machine, &logs, feeds, opened);
	free(feeds);
	free(opened);
	list_release(&logs);
	return status;
}

static void read_inputs(struct runner *runner, bool maps)
{
	const struct inputs *inputs = &runner->reading.inputs;

	for (uint32_t i = 0; i < inputs->count && runner->world.status == ST_OK; i++)
		if (input_is_map(&inputs->items[i]) == maps)
			read_input(&runner->reading, i);
}

/* Maps, then documents: what an image is must be known before its logs speak. */
static enum status read_all(struct runner *runner)
{
	struct world *world = &runner->world;
	enum status status;

	read_inputs(runner, true);
	maps_settle(world);
	read_inputs(runner, false);
	if (world->status == ST_OK)
		machines_assign(&runner->reading);
	if (world->status != ST_OK)
		return world->status;
	status = clock_prepare(world, &runner->reading.logs);
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
	/* A diagnostic that found no room is told nowhere else. */
	return status == ST_OK ? arena_status(&world->report->arena) : status;
}

enum status run(const struct run_options *options, struct report *ret_report)
{
	struct runner runner = { 0 };
	struct report report = { 0 };
	enum status status;

	world_init(&runner.world, options, &report);
	runner.reading.world = &runner.world;
	runner.world.inputs = &runner.reading.inputs;
	runner.reading.prints_facts = options->facts && !options->unknown_shapes;
	status = parsers_init();
	if (status == ST_OK)
		status = pool_new(options->jobs > 1 ? options->jobs - 1 : 0, &runner.pool);
	if (status == ST_OK && options->unknown_shapes)
		status = shapes_new(&runner.shapes);
	if (status == ST_OK)
		status = inputs_find(&runner.world, &runner.reading.inputs);
	if (status == ST_OK)
		status = read_all(&runner);
	if (status == ST_OK)
		status = conclude(&runner);
	reading_release(&runner.reading);
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
