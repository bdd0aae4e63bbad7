/* Mending hives from their logs: what to apply, and applying it. */
#include "parsers/hive_replay.h"

#include <assert.h>

enum { AT_PRIMARY = 4, AT_WRITTEN = 12, AT_TYPE = 28, AT_BINS = 40, AT_FLAGS = 144 };
enum { AT_CHECKSUM = 508, BIN_WRITTEN = 20 };

/* What a walk over entries has come to. */
struct chain {
	struct hive_plan *plan;
	const struct hive_base *base; /* of the hive, NULL when it is not valid */
	bool has_next;
	uint32_t next; /* the sequence number that must follow */
	bool has_gap;
	const char *why; /* where it broke off */
};

static void tear(struct hive_plan *plan, const char *why)
{
	plan->is_torn = true;
	if (!plan->why)
		plan->why = why;
}

static bool is_wanted(const struct chain *chain, const struct hive_entry *entry)
{
	if (chain->has_next)
		return !sequence_before(entry->sequence, chain->next);
	return !chain->base || !sequence_before(entry->sequence, chain->base->secondary);
}

static bool is_gap(const struct chain *chain, const struct hive_entry *entry)
{
	if (chain->has_next)
		return entry->sequence != chain->next;
	return chain->base && sequence_before(chain->base->primary, entry->sequence);
}

static void take_entry(
	struct chain *chain, const struct hive_log *log, const struct hive_entry *entry)
{
	struct hive_plan *plan = chain->plan;
	size_t size = HIVE_BASE + entry->bins;

	if (plan->part_count == 0 || plan->parts[plan->part_count - 1].log != log) {
		plan->parts[plan->part_count].log = log;
		plan->parts[plan->part_count++].from = entry->at;
	}
	plan->parts[plan->part_count - 1].entries++;
	plan->entries++;
	plan->pages += entry->pages;
	plan->room = size > plan->room ? size : plan->room;
	plan->reach = entry->reach > plan->reach ? entry->reach : plan->reach;
	plan->size = size;
	plan->sequence = entry->sequence;
	plan->bins = entry->bins;
	plan->flags = entry->flags;
	plan->written = log->base.written;
	chain->has_next = true;
	chain->next = entry->sequence + 1;
}

/* Behind the last entry of a log stand remains of older ones: their numbers tell. */
static void walk_log(struct chain *chain, const struct hive_log *log)
{
	uint32_t follows = log->base.primary;
	struct hive_entry entry;

	for (size_t at = HIVE_SECTOR;; at += entry.size) {
		enum hive_entry_fit fit = hive_entry_read(log->bytes, at, &entry);

		if (fit == ENTRY_NONE || sequence_before(entry.sequence, follows))
			return;
		follows = entry.sequence + 1;
		if (!is_wanted(chain, &entry)) {
			if (fit == ENTRY_BAD)
				return;
			continue;
		}
		chain->has_gap = fit == ENTRY_GOOD && is_gap(chain, &entry);
		if (chain->has_gap || fit == ENTRY_BAD) {
			chain->why = chain->has_gap
				? "entries are missing in the logs"
				: "an entry of a log is cut off or its hash is wrong";
			return;
		}
		take_entry(chain, log, &entry);
	}
}

static bool is_new(const struct hive_log *log)
{
	return log->has_base && log->base.type == HIVE_LOG_NEW;
}

/* The new logs in the order of their numbers; returns how many. */
static size_t new_logs(const struct hive_plan *plan, const struct hive_log *ret_logs[HIVE_LOGS])
{
	size_t count = 0;

	for (size_t i = 0; i < HIVE_LOGS; i++)
		if (is_new(&plan->logs[i]))
			ret_logs[count++] = &plan->logs[i];
	if (count == 2 && sequence_before(ret_logs[1]->base.primary, ret_logs[0]->base.primary)) {
		const struct hive_log *first = ret_logs[0];

		ret_logs[0] = ret_logs[1];
		ret_logs[1] = first;
	}
	return count;
}

static void forget_parts(struct hive_plan *plan)
{
	plan->part_count = 0;
	memset(plan->parts, 0, sizeof(plan->parts));
	plan->entries = 0;
	plan->pages = 0;
	plan->room = 0;
	plan->reach = 0;
}

/* Without a base block nothing says where to begin. Both logs are applied when one follows
 * the other, else the later one alone: Windows takes that one. */
static bool plan_new(struct hive_plan *plan, const struct hive_base *base)
{
	const struct hive_log *logs[HIVE_LOGS];
	size_t count = new_logs(plan, logs);
	struct chain chain = { .plan = plan, .base = base };

	for (size_t i = 0; i < count && !chain.has_gap; i++)
		walk_log(&chain, logs[i]);
	if (!base && count == 2 && chain.has_gap) {
		forget_parts(plan);
		chain = (struct chain){ .plan = plan };
		walk_log(&chain, logs[1]);
	}
	if (chain.why)
		tear(plan, chain.why);
	if (!base && plan->part_count)
		plan->base_from = plan->parts[plan->part_count - 1].log;
	return plan->entries > 0;
}

/* An old log that is older than the hive was applied before. */
static bool is_usable_old(const struct hive_log *log, uint64_t written)
{
	return log->has_base && log->base.type != HIVE_LOG_NEW && log->base.written >= written;
}

static bool plan_old(struct hive_plan *plan, const struct hive_base *base, uint64_t written)
{
	const struct hive_log *best = NULL;

	for (size_t i = 0; i < HIVE_LOGS; i++) {
		const struct hive_log *log = &plan->logs[i];
		struct hive_dirt dirt;

		if (!is_usable_old(log, written) || !hive_dirt_read(log, &dirt) ||
			(best && !sequence_before(best->base.primary, log->base.primary)))
			continue;
		best = log;
		plan->dirt = dirt;
	}
	if (!best)
		return false;
	if (plan->dirt.is_torn)
		tear(plan, "pages of the log are missing or belong elsewhere");
	plan->parts[0].log = best;
	plan->part_count = 1;
	plan->base_from = base ? NULL : best;
	plan->entries = 1;
	plan->pages = plan->dirt.pages;
	plan->reach = plan->dirt.reach;
	plan->bins = best->base.bins;
	plan->size = HIVE_BASE + plan->bins;
	plan->room = plan->size;
	plan->flags = base ? base->flags : best->base.flags;
	plan->written = best->base.written;
	plan->sequence = base ? base->primary : best->base.primary;
	return true;
}

/* The base block alone, when no entry is left to apply. */
static bool plan_base(struct hive_plan *plan)
{
	const struct hive_log *logs[HIVE_LOGS];
	size_t count = new_logs(plan, logs);
	const struct hive_log *last;

	if (count == 0 || !hive_bins_fit(logs[count - 1]->base.bins))
		return false;
	last = logs[count - 1];
	plan->base_from = last;
	plan->bins = last->base.bins;
	plan->size = HIVE_BASE + plan->bins;
	plan->room = HIVE_BASE;
	plan->flags = last->base.flags;
	plan->written = last->base.written;
	plan->sequence = last->base.primary;
	return true;
}

static const char *why_dirty(const struct hive_plan *plan)
{
	bool has_log = false, has_damage = false;

	for (size_t i = 0; i < HIVE_LOGS; i++) {
		has_log |= plan->logs[i].has_base;
		has_damage |= plan->logs[i].is_torn;
	}
	if (has_log)
		return "the logs hold nothing that follows it";
	return has_damage ? "the logs are damaged" : "no logs, or empty ones, stand beside it";
}

/* The last written time: of the base block, else its copy in the first bin. */
static uint64_t written_of(struct slice head, const struct hive_base *base)
{
	if (base)
		return base->written;
	if (head.len < HIVE_BASE + HIVE_BIN ||
		!slice_starts(slice_skip(head, HIVE_BASE), SLICE("hbin")))
		return 0;
	return le64(head.ptr + HIVE_BASE + BIN_WRITTEN);
}

void hive_plan(struct slice head, const struct slice logs[HIVE_LOGS], struct hive_plan *ret_plan)
{
	struct hive_plan *plan = ret_plan;
	struct hive_base base = { 0 };
	const struct hive_base *valid = NULL;

	memset(plan, 0, sizeof(*plan));
	if (hive_base_read(head, &base) && base.is_valid)
		valid = &base;
	if (valid && base.primary == base.secondary)
		return;
	for (size_t i = 0; i < HIVE_LOGS; i++) {
		hive_log_open(logs[i], &plan->logs[i]);
		if (plan->logs[i].is_torn)
			tear(plan, "the base block of a log is damaged");
	}
	if (plan_new(plan, valid) || plan_old(plan, valid, written_of(head, valid)) ||
		(!valid && plan_base(plan))) {
		plan->condition = HIVE_MENDED;
		return;
	}
	plan->condition = HIVE_DIRTY;
	if (!plan->why)
		plan->why = why_dirty(plan);
}

static void apply_part(const struct hive_plan *plan, size_t part, char *hive)
{
	const struct hive_log *log = plan->parts[part].log;
	size_t at = plan->parts[part].from;
	struct hive_entry entry = { 0 };

	if (plan->parts[part].entries == 0)
		hive_dirt_apply(log, hive);
	for (uint32_t i = 0; i < plan->parts[part].entries; i++, at += entry.size) {
		enum hive_entry_fit fit = hive_entry_read(log->bytes, at, &entry);

		assert(fit == ENTRY_GOOD);
		(void)fit;
		hive_entry_apply(log->bytes, &entry, hive);
	}
}

void hive_replay(const struct hive_plan *plan, char *hive)
{
	assert(plan->condition == HIVE_MENDED);
	if (plan->base_from)
		memcpy(hive, plan->base_from->bytes.ptr, HIVE_SECTOR);
	for (size_t i = 0; i < plan->part_count; i++)
		apply_part(plan, i, hive);
	put_le32(hive + AT_PRIMARY, plan->sequence);
	put_le32(hive + AT_PRIMARY + 4, plan->sequence);
	if (le64(hive + AT_WRITTEN) < plan->written)
		put_le64(hive + AT_WRITTEN, plan->written);
	put_le32(hive + AT_TYPE, HIVE_PRIMARY);
	put_le32(hive + AT_BINS, plan->bins);
	put_le32(hive + AT_FLAGS, plan->flags);
	put_le32(hive + AT_CHECKSUM, hive_base_checksum(hive));
}
