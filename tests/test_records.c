/*
 * What lies in images: each line of the state table, who stands before whom, conflicts,
 * generations, KBs, titles, what package files offer. Facts by hand, folded in both orders.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "lib_world.h"

#define TAIL "~31bf3856ad364e35~amd64~~"

#define FOUNDATION "Microsoft-Windows-Foundation-Package" TAIL "10.0.26100.1"
#define OLD        "Package_for_RollupFix" TAIL "26100.4000.1.5"
#define NEW        "Package_for_RollupFix" TAIL "26100.4210.1.14"
#define KB1        "Package_for_KB5990001" TAIL "10.0.1.1"
#define KB2        "Package_for_KB5990002" TAIL "10.0.1.1"

#define JUNE   INT64_C(1749629649) /* 2025-06-11T08:14:09Z */
#define MINUTE 60
#define DAY    86400

#define SOFTWARE "/Windows/System32/config/SOFTWARE"
#define SESSIONS "/Windows/servicing/Sessions/Sessions.xml"

/* Documents, short */

static void hive(struct bench *bench, int scope)
{
	bench_document(bench, scope, SOFTWARE);
	bench_fact(bench, FACT_OF(HIVE, .version = SLICE("1.5")));
	bench_fact(bench,
		FACT_OF(HIVE_PACKAGES, .index = 4000, .flags = FLAG_HAS_INDEX,
			.words = SLICE("Packages: 4000 keys")));
}

static void key(struct bench *bench, const char *identity, enum cbs_state state)
{
	bench_fact(bench,
		FACT_OF(HIVE_PACKAGE, .package = slice_from(identity), .current = state,
			.words = SLICE("hive words")));
}

static void key_at(struct bench *bench, const char *identity, enum cbs_state state, int64_t utc)
{
	bench_fact(bench,
		FACT_OF(HIVE_PACKAGE, .package = slice_from(identity), .current = state, .utc = utc,
			.words = SLICE("hive words")));
}

static void key_failed(
	struct bench *bench, const char *identity, enum cbs_state state, uint32_t error)
{
	bench_fact(bench,
		FACT_OF(HIVE_PACKAGE, .package = slice_from(identity), .current = state,
			.code = error, .flags = FLAG_HAS_CODE, .words = SLICE("hive words")));
}

static void mark(struct bench *bench, const char *name)
{
	bench_fact(bench, FACT_OF(PENDING_MARK, .name = slice_from(name)));
}

/* A session that ended at a local time with a code. */
static struct fact task(
	const char *identity, enum cbs_state target, int64_t complete, uint32_t code)
{
	return FACT_OF(SESSION_TASK, .package = slice_from(identity), .target = target,
		.when = complete, .begun = complete - MINUTE, .code = code, .flags = FLAG_HAS_CODE,
		.function = SLICE("Complete"), .verb = SLICE("1"), .words = SLICE("session words"));
}

static void sessions(struct bench *bench, int scope)
{
	bench_document(bench, scope, SESSIONS);
}

static void manifest(struct bench *bench, int scope, const char *path, const char *identity)
{
	bench_document(bench, scope, path);
	bench_fact(bench,
		FACT_OF(MANIFEST, .package = slice_from(identity),
			.words = SLICE("manifest words")));
}

static void parent_of(struct bench *bench, const char *identity, const char *parent, uint32_t group,
	const char *compare)
{
	bench_fact(bench,
		FACT_OF(MANIFEST_PARENT, .package = slice_from(identity),
			.parent = slice_from(parent), .index = group, .flags = FLAG_HAS_INDEX,
			.function = slice_from(compare), .words = SLICE("parent words")));
}

static void child_of(struct bench *bench, const char *identity, const char *child, uint32_t flags)
{
	bench_fact(bench,
		FACT_OF(MANIFEST_CHILD, .package = slice_from(identity), .name = slice_from(child),
			.flags = flags));
}

static void listing(struct bench *bench, int scope, uint32_t count, uint32_t flags)
{
	bench_document(bench, scope, "/packages.txt");
	bench_fact(bench,
		FACT_OF(LISTING, .verb = SLICE("packages"), .index = count, .flags = flags,
			.version = SLICE("10.0.26100.4210"), .words = SLICE("listing begins")));
}

static void listed(struct bench *bench, const char *identity, enum cbs_state state, int64_t when)
{
	bench_fact(bench,
		FACT_OF(LISTED_PACKAGE, .package = slice_from(identity), .current = state,
			.when = when, .words = SLICE("list words")));
}

/* What the log inside the image says of a package. */
static void log_state(
	struct bench *bench, const char *identity, enum cbs_state current, int64_t when)
{
	bench_log(bench,
		FACT_OF(CURRENT_STATE, .package = slice_from(identity), .current = current,
			.when = when, .words = SLICE("log words")));
}

static void log_applicable(struct bench *bench, const char *identity, enum cbs_state applicable)
{
	bench_log(bench,
		FACT_OF(APPLICABILITY, .package = slice_from(identity), .applicable = applicable,
			.when = JUNE - DAY, .words = SLICE("applicability words")));
}

/* An operation of an online session on one package. */
static void log_operation(struct bench *bench, const char *identity, enum cbs_state target,
	uint32_t code, int64_t when)
{
	struct slice package = slice_from(identity);
	struct session_id session = { 31183650, 1 };

	bench_log(bench,
		FACT_OF(SESSION_OPENED, .session = session, .client = SLICE("WindowsUpdateAgent"),
			.when = when));
	bench_log(bench,
		FACT_OF(OPERATION_START, .session = session, .package = package, .when = when,
			.words = SLICE("operation begins")));
	if (!code)
		bench_log(bench,
			FACT_OF(COMPLETION, .session = session, .package = package,
				.current = target,
				.original =
					target == STATE_INSTALLED ? STATE_ABSENT : STATE_INSTALLED,
				.target = target, .flags = FLAG_HAS_CODE, .when = when,
				.words = SLICE("completion words")));
	bench_log(bench,
		FACT_OF(OPERATION_END, .session = session, .package = package,
			.flags = FLAG_HAS_CODE, .code = code, .when = when,
			.words = SLICE("operation ends")));
}

#define BEGIN()                                                                                    \
	struct bench bench;                                                                        \
	(void)state;                                                                               \
	bench_init(&bench)

/* The state table */

static void states_of_the_hive(void **state)
{
	static const struct {
		enum cbs_state current;
		const char *row;
	} table[] = {
		{ STATE_INSTALLED, "2 0 Installed seen - 2025-06-11T08:14:09Z hive" },
		{ STATE_PERMANENT, "2 0 Permanent seen - 2025-06-11T08:14:09Z hive" },
		{ STATE_INSTALL_PENDING,
			"2 0 Install Pending seen reboot-unseen 2025-06-11T08:14:09Z hive" },
		{ STATE_STAGED, "0 0 Staged seen applicability-unknown -" },
		{ STATE_STAGING, "0 0 Staging seen applicability-unknown -" },
		{ STATE_RESOLVED, "0 0 Resolved seen applicability-unknown -" },
		{ STATE_RESOLVING, "0 0 Resolving seen applicability-unknown -" },
		{ STATE_ABSENT, "0 0 Absent seen applicability-unknown -" },
		{ STATE_SUPERSEDED, "1 0 Superseded seen - -" },
		{ STATE_UNINSTALL_PENDING, "3 0 Uninstall Pending seen - -" },
		{ STATE_PARTIALLY_INSTALLED, "3 0 Partially Installed inferred - -" },
		{ STATE_INVALID_INSTALLED, "0 0 Invalid Installed seen broken -" },
		{ STATE_INVALID_STAGED, "0 0 Invalid Staged seen broken -" },
		{ STATE_NONE, "0 0 - seen state-unknown -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(&bench, 0);
		key_at(&bench, KB1, table[i].current, JUNE);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		assert_true(bench_cites(
			bench_row_of(&bench, 0, "KB5990001"), "hive words", "UpdateStatus"));
		bench_release(&bench);
	}
}

static void codes_of_the_hive(void **state)
{
	static const struct {
		enum cbs_state current;
		uint32_t error;
		const char *row;
	} table[] = {
		{ STATE_INSTALLED, 0x800f0922, "2 0 Installed seen - -" },
		{ STATE_STAGED, 0x800f0922, "3 0x800f0922 Staged seen operation-failed -" },
		{ STATE_ABSENT, 0x800f0922, "3 0x800f0922 Absent seen operation-failed -" },
		{ STATE_STAGED, 0x800f0823, "3 0x800f0823 Staged seen stack-too-old -" },
		{ STATE_STAGED, 0x800f081e, "1 0x800f081e Staged seen not-applicable -" },
		{ STATE_STAGED, 0, "0 0 Staged seen applicability-unknown -" },
		{ STATE_PARTIALLY_INSTALLED, 0x80073712,
			"3 0x80073712 Partially Installed inferred - -" },
		{ STATE_INVALID_INSTALLED, 0x80073712,
			"0 0x80073712 Invalid Installed seen broken -" },
		{ STATE_SUPERSEDED, 0x800f0922, "1 0 Superseded seen - -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(&bench, 0);
		key_failed(&bench, KB1, table[i].current, table[i].error);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		bench_release(&bench);
	}
}

static void applicability_of_the_log_with_the_state_of_the_hive(void **state)
{
	static const struct {
		enum cbs_state applicable;
		const char *row;
	} table[] = {
		{ STATE_INSTALLED, "3 0 Staged seen - -" },
		{ STATE_ABSENT, "1 0 Staged seen - -" },
		{ STATE_STAGED, "1 0 Staged seen - -" },
		{ STATE_SUPERSEDED, "1 0 Staged seen superseded-before-install -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(&bench, 0);
		key(&bench, KB1, STATE_STAGED);
		log_applicable(&bench, KB1, table[i].applicable);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		bench_release(&bench);
	}
}

static void a_newer_generation_is_in(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, OLD, STATE_STAGED);
	key_at(&bench, NEW, STATE_INSTALLED, JUNE);
	log_applicable(&bench, OLD, STATE_INSTALLED); /* evaluated before the newer one came */
	bench_run(&bench);
	assert_row(&bench, 0, OLD, "1 0 Staged inferred superseded-before-install -");
	assert_row(&bench, 0, NEW, "2 0 Installed seen - 2025-06-11T08:14:09Z hive");
	bench_release(&bench);
}

static void a_generation_that_is_going_out(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, OLD, STATE_UNINSTALL_PENDING);
	key_at(&bench, NEW, STATE_INSTALL_PENDING, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, OLD, "1 0 Uninstall Pending seen - -");
	assert_string_equal(bench_image(&bench, 0)->pending, "restart");
	bench_release(&bench);
}

static void a_parent_that_the_manifest_names_is_in(void **state)
{
	static const struct {
		const char *installed, *named, *compare, *row;
	} table[] = {
		{ FOUNDATION, FOUNDATION, "", "3 0 Staged inferred parent-present -" },
		{ "Contoso-Package" TAIL "10.0.26100.5", "Contoso-Package" TAIL "10.0.26100.1", "",
			"0 0 Staged seen applicability-unknown -" },
		{ "Contoso-Package" TAIL "10.0.26100.5", "Contoso-Package" TAIL "10.0.26100.1",
			"buildCompare=EQ revisionCompare=GE",
			"3 0 Staged inferred parent-present -" },
		{ "Contoso-Package" TAIL "10.0.26200.1", "Contoso-Package" TAIL "10.0.26100.9",
			"buildCompare=GE revisionCompare=GE",
			"3 0 Staged inferred parent-present -" },
		{ "Contoso-Package" TAIL "10.0.26000.1", "Contoso-Package" TAIL "10.0.26100.9",
			"buildCompare=GE revisionCompare=GE",
			"0 0 Staged seen applicability-unknown -" },
		{ "Contoso-Package" TAIL "10.0.26200.1", "Contoso-Package" TAIL "10.0.26100.1",
			"buildCompare=EQ revisionCompare=GE",
			"0 0 Staged seen applicability-unknown -" },
		{ "Contoso-Package" TAIL "10.1.26100.1", "Contoso-Package" TAIL "10.0.26100.1",
			"buildCompare=GE revisionCompare=GE",
			"0 0 Staged seen applicability-unknown -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(&bench, 0);
		key(&bench, KB1, STATE_STAGED);
		key(&bench, table[i].installed, STATE_INSTALLED);
		manifest(&bench, 0, "/a.mum", KB1);
		parent_of(&bench, KB1, "Fabrikam-Package" TAIL "1.0.0.0", 1, "");
		parent_of(&bench, KB1, table[i].named, 2, table[i].compare);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		if (table[i].row[0] == '3') {
			const struct row *row = bench_row_of(&bench, 0, "KB5990001");

			assert_true(bench_cites(row, "parent words", "UpdateStatus"));
			assert_int_equal(row->own.evidence_count, 4); /* and the parent's key */
		}
		bench_release(&bench);
	}
}

static void what_a_whole_hive_omits_is_absent(void **state)
{
	BEGIN();
	hive(&bench, 0);
	manifest(&bench, 0, "/a.mum", KB1);
	log_applicable(&bench, KB2, STATE_INSTALLED);
	log_state(&bench, "Package_for_KB5990003", STATE_STAGED, JUNE); /* no whole identity */
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "0 0 Absent seen applicability-unknown -");
	assert_row(&bench, 0, "KB5990002", "3 0 Absent seen - -");
	assert_row(&bench, 0, "KB5990003", "0 0 Staged seen state-unknown -");
	assert_true(bench_cites(
		bench_row_of(&bench, 0, "KB5990001"), "Packages: 4000 keys", "UpdateStatus"));
	bench_release(&bench);
}

/* WinPE, or a hive that is cut. */
static void a_hive_without_its_table_says_nothing(void **state)
{
	BEGIN();
	bench_document(&bench, 0, SOFTWARE);
	bench_fact(&bench, FACT_OF(HIVE, .version = SLICE("1.5")));
	manifest(&bench, 0, "/a.mum", KB1);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "0 0 - seen state-unknown -");
	assert_string_equal(bench_image(&bench, 0)->pending, "");
	bench_release(&bench);
}

/* Pending */

static void staged_and_listed_as_pending(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_STAGED);
	bench_fact(&bench,
		FACT_OF(PENDING_PACKAGE, .package = SLICE(KB1), .words = SLICE("pending words")));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Install Pending seen reboot-unseen -");
	assert_true(
		bench_cites(bench_row_of(&bench, 0, "KB5990001"), "pending words", "UpdateStatus"));
	assert_string_equal(bench_image(&bench, 0)->pending, "restart");
	assert_int_equal(bench_diagnostics(&bench, DIAG_PENDING_RESTART), 1);
	bench_release(&bench);
}

static void a_pending_removal_is_no_install(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_STAGED);
	bench_fact(
		&bench, FACT_OF(PENDING_PACKAGE, .package = SLICE(KB1), .current = STATE_ABSENT));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "0 0 Staged seen applicability-unknown -");
	bench_release(&bench);
}

static void newest_generation_staged_before_a_restart(void **state)
{
	BEGIN();
	hive(&bench, 0);
	mark(&bench, "RebootPending");
	key_at(&bench, OLD, STATE_INSTALLED, JUNE - DAY);
	key(&bench, NEW, STATE_STAGED);
	key(&bench, KB1, STATE_STAGED); /* the only one of its family */
	bench_run(&bench);
	assert_row(&bench, 0, NEW, "2 0 Install Pending inferred reboot-unseen -");
	assert_row(&bench, 0, OLD, "2 0 Installed seen - 2025-06-10T08:14:09Z hive");
	assert_row(&bench, 0, "KB5990001", "0 0 Staged seen applicability-unknown -");
	bench_release(&bench);
}

static void staged_alone_is_staged(void **state)
{
	BEGIN();
	hive(&bench, 0);
	mark(&bench, "PackagesPending"); /* the empty key stays */
	key_at(&bench, OLD, STATE_INSTALLED, JUNE - DAY);
	key(&bench, NEW, STATE_STAGED);
	bench_run(&bench);
	assert_row(&bench, 0, NEW, "0 0 Staged seen applicability-unknown -");
	assert_string_equal(bench_image(&bench, 0)->pending, "none");
	assert_int_equal(bench_diagnostics(&bench, DIAG_PENDING_RESTART), 0);
	bench_release(&bench);
}

static void a_newest_generation_that_failed_is_pending_too(void **state)
{
	BEGIN();
	hive(&bench, 0);
	mark(&bench, "RebootPending");
	key_at(&bench, OLD, STATE_INSTALLED, JUNE - DAY);
	key_failed(&bench, NEW, STATE_STAGED, 0x800f0922);
	bench_run(&bench);
	assert_row(&bench, 0, NEW, "2 0x800f0922 Install Pending inferred reboot-unseen -");
	bench_release(&bench);
}

static void its_session_is_pending(void **state)
{
	struct fact pended = task(KB1, STATE_INSTALLED, JUNE, 0);

	BEGIN();
	pended.session = (struct session_id){ 31183650, 77 };
	pended.when = 0; /* not complete */
	pended.function = SLICE("Staged");
	hive(&bench, 0);
	key(&bench, KB1, STATE_STAGED);
	bench_fact(&bench, FACT_OF(PENDING_SESSION, .session = { 31183650, 77 }));
	sessions(&bench, 0);
	bench_fact(&bench, pended);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Install Pending inferred reboot-unseen -");
	bench_release(&bench);
}

static void pending_by_log_and_mark(void **state)
{
	BEGIN();
	hive(&bench, 0);
	mark(&bench, "RebootPending");
	key(&bench, KB1, STATE_STAGED);
	log_state(&bench, KB1, STATE_INSTALL_PENDING, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Install Pending seen reboot-unseen -");
	assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 0);
	bench_release(&bench);
}

static void pending_operations_need_a_boot(void **state)
{
	for (uint32_t count = 0; count < 2; count++) {
		BEGIN();
		hive(&bench, 0);
		bench_document(&bench, 0, "/Windows/WinSxS/pending.xml");
		bench_fact(&bench,
			FACT_OF(PENDING_OPERATIONS, .index = count, .flags = FLAG_HAS_INDEX));
		bench_run(&bench);
		assert_string_equal(bench_image(&bench, 0)->pending, count ? "restart" : "none");
		bench_release(&bench);
	}
}

/* Dirty hives */

static void a_dirty_hive_is_no_certain_thing(void **state)
{
	BEGIN();
	hive(&bench, 0);
	bench_fact(&bench, FACT_OF(HIVE, .flags = FLAG_DIRTY, .words = SLICE("dirty words")));
	key_at(&bench, KB1, STATE_INSTALLED, JUNE);
	manifest(&bench, 0, "/a.mum", KB2);
	log_state(&bench, KB2, STATE_INSTALLED, JUNE); /* explained: it lags behind */
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001",
		"2 0 Installed inferred hive-dirty 2025-06-11T08:14:09Z hive");
	assert_row(&bench, 0, "KB5990002", "0 0 Absent inferred hive-dirty -");
	assert_true(
		bench_cites(bench_row_of(&bench, 0, "KB5990001"), "dirty words", "UpdateStatus"));
	bench_release(&bench);
}

static void a_replayed_hive_is_certain(void **state)
{
	BEGIN();
	hive(&bench, 0);
	bench_fact(&bench, FACT_OF(HIVE, .flags = FLAG_DIRTY | FLAG_REPLAYED));
	key_at(&bench, KB1, STATE_INSTALLED, JUNE);
	bench_document(&bench, 0, "/Windows/System32/config/SYSTEM");
	bench_fact(&bench, FACT_OF(HIVE, .flags = FLAG_DIRTY)); /* another hive */
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09Z hive");
	bench_release(&bench);
}

/* Sessions.xml */

static void sessions_alone(void **state)
{
	static const struct {
		enum cbs_state target;
		uint32_t code;
		const char *row;
	} table[] = {
		{ STATE_INSTALLED, 0, "2 0 Installed seen - 2025-06-11T08:14:09 local" },
		{ STATE_INSTALLED, 0x80070bc2,
			"2 0 Install Pending seen reboot-unseen 2025-06-11T08:14:09 local" },
		{ STATE_INSTALLED, 0x800f0922, "3 0x800f0922 - seen operation-failed -" },
		{ STATE_INSTALLED, 0x800f0823, "3 0x800f0823 - seen stack-too-old -" },
		{ STATE_INSTALLED, 0x800f081e, "1 0x800f081e - seen not-applicable -" },
		{ STATE_ABSENT, 0, "3 0 Absent seen removed -" },
		{ STATE_STAGED, 0, "0 0 Staged seen applicability-unknown -" },
		{ STATE_ABSENT, 0x800f0825, "0 0x800f0825 - seen removal-failed -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		sessions(&bench, 0);
		bench_fact(&bench, task(KB1, table[i].target, JUNE, table[i].code));
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		assert_true(bench_cites(
			bench_row_of(&bench, 0, "KB5990001"), "session words", "UpdateStatus"));
		bench_release(&bench);
	}
}

static void the_last_session_counts(void **state)
{
	BEGIN();
	sessions(&bench, 0);
	bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE, 0x800f0922));
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE + DAY, 0x800f0922));
	sessions(&bench, 0);
	bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE + DAY, 0));
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE, 0));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-12T08:14:09 local");
	assert_row(&bench, 0, "KB5990002", "3 0x800f0922 - seen operation-failed -");
	bench_release(&bench);
}

static void a_removal_that_failed_leaves_it_in(void **state)
{
	BEGIN();
	sessions(&bench, 0);
	bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE, 0));
	bench_fact(&bench, task(KB1, STATE_ABSENT, JUNE + DAY, 0x800f0825));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001",
		"2 0x800f0825 Installed seen removal-failed 2025-06-11T08:14:09 local");
	bench_release(&bench);
}

/* Success is an end without an error: the last successful state tells, else the time. */
static void how_far_a_session_came(void **state)
{
	static const struct {
		struct slice last;
		bool has_time;
		const char *row;
	} table[] = {
		{ { "Complete", 8 }, true, "2 0 Installed seen - 2025-06-11T08:14:09 local" },
		{ { "complete", 8 }, false, "2 0 Installed seen - -" },
		{ { "", 0 }, true, "2 0 Installed seen - 2025-06-11T08:14:09 local" },
		{ { "", 0 }, false, "0 0 - seen state-unknown -" },
		{ { "Interrupted", 11 }, true, "0 0 - seen state-unknown -" },
		{ { "Staged", 6 }, true, "0 0 - seen state-unknown -" },
		{ { "Staged", 6 }, false, "0 0 - seen state-unknown -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct fact fact = task(KB1, STATE_INSTALLED, table[i].has_time ? JUNE : 0, 0);

		BEGIN();
		fact.function = table[i].last;
		sessions(&bench, 0);
		bench_fact(&bench, fact);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		bench_release(&bench);
	}
}

static void an_open_session_takes_nothing_back(void **state)
{
	struct fact open = task(KB1, STATE_INSTALLED, 0, 0);

	BEGIN();
	open.begun = JUNE + DAY;
	open.function = SLICE("Staged");
	sessions(&bench, 0);
	bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE, 0));
	bench_fact(&bench, open);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	bench_release(&bench);
}

static void a_session_without_an_end_concludes_nothing(void **state)
{
	struct fact open = task(KB1, STATE_INSTALLED, JUNE, 0);

	BEGIN();
	open.function = SLICE("Staged");
	open.when = 0;
	sessions(&bench, 0);
	bench_fact(&bench, open);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "0 0 - seen state-unknown -");
	bench_release(&bench);
}

/* 31183650_... is 2025-06-11T06:13:09Z: the image's clock runs two hours ahead. */
static void the_id_of_a_session_tells_its_clock(void **state)
{
	struct fact known = task(KB1, STATE_INSTALLED, JUNE, 0);
	int64_t ticks = (JUNE - MINUTE - 7200 + INT64_C(11644473600)) * 10000000;

	BEGIN();
	known.session = (struct session_id){ (uint32_t)(ticks >> 32), (uint32_t)ticks };
	sessions(&bench, 0);
	bench_fact(&bench, known);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T06:14:09Z session-id");
	bench_release(&bench);
}

static void the_zone_of_the_image_tells_its_clock(void **state)
{
	static const struct windows_zone zone = { .bias = -60 };
	struct fact fact = FACT_OF(TIME_ZONE, .zone = &zone, .name = SLICE("Contoso"));

	BEGIN();
	sessions(&bench, 0);
	bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE, 0));
	bench_document(&bench, 0, "/Windows/System32/config/SYSTEM");
	bench_fact(&bench, fact);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T07:14:09Z image-zone");
	bench_release(&bench);
}

static void newer_sessions_supersede_older_ones(void **state)
{
	BEGIN();
	sessions(&bench, 0);
	bench_fact(&bench, task(OLD, STATE_INSTALLED, JUNE - DAY, 0));
	bench_fact(&bench, task(NEW, STATE_INSTALLED, JUNE, 0));
	bench_fact(&bench,
		task("Package_for_ServicingStack_1" TAIL "26100.1.1.1", STATE_INSTALLED, JUNE - DAY,
			0));
	bench_fact(&bench,
		task("Package_for_ServicingStack_2" TAIL "26100.2.1.1", STATE_INSTALLED, JUNE, 0));
	bench_run(&bench);
	assert_row(&bench, 0, OLD, "1 0 Superseded inferred - -");
	assert_row(&bench, 0, NEW, "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, "Package_for_ServicingStack_1",
		"2 0 Installed seen - 2025-06-10T08:14:09 local");
	bench_release(&bench);
}

/* Hive and sessions */

static void a_session_explains_the_hive(void **state)
{
	static const struct {
		enum cbs_state current, target;
		uint32_t code;
		const char *row;
	} table[] = {
		{ STATE_STAGED, STATE_INSTALLED, 0x800f0922,
			"3 0x800f0922 Staged seen operation-failed -" },
		{ STATE_INSTALLED, STATE_INSTALLED, 0x800f0922, "2 0 Installed seen - -" },
		{ STATE_INSTALLED, STATE_ABSENT, 0x800f0825,
			"2 0x800f0825 Installed seen removal-failed -" },
		{ STATE_ABSENT, STATE_ABSENT, 0, "3 0 Absent seen removed -" },
		{ STATE_ABSENT, STATE_INSTALLED, 0x800f081e,
			"1 0x800f081e Absent seen not-applicable -" },
		{ STATE_SUPERSEDED, STATE_INSTALLED, 0, "1 0 Superseded seen - -" },
		{ STATE_SUPERSEDED, STATE_INSTALLED, 0x800f0922,
			"1 0x800f0922 Superseded seen - -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(&bench, 0);
		key(&bench, KB1, table[i].current);
		sessions(&bench, 0);
		bench_fact(&bench, task(KB1, table[i].target, JUNE, table[i].code));
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 0);
		bench_release(&bench);
	}
}

static void the_session_gives_the_time_that_the_hive_lacks(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_INSTALLED);
	key_at(&bench, KB2, STATE_INSTALLED, JUNE);
	sessions(&bench, 0);
	bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE, 0));
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE + DAY, 0));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, "KB5990002", "2 0 Installed seen - 2025-06-11T08:14:09Z hive");
	assert_true(bench_cites(
		bench_row_of(&bench, 0, "KB5990001"), "session words", "AppliedDateTime"));
	assert_false(bench_cites(
		bench_row_of(&bench, 0, "KB5990002"), "session words", "AppliedDateTime"));
	bench_release(&bench);
}

static void a_code_that_says_more(void **state)
{
	for (int generic = 0; generic < 2; generic++) {
		BEGIN();
		hive(&bench, 0);
		key_failed(&bench, KB1, STATE_STAGED, generic ? 0x80004005 : 0x80073712);
		sessions(&bench, 0);
		bench_fact(&bench,
			task(KB1, STATE_INSTALLED, JUNE, generic ? 0x80073712 : 0x80004005));
		log_operation(&bench, KB1, STATE_INSTALLED, 0x80070001, JUNE);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", "3 0x80073712 Staged seen operation-failed -");
		bench_release(&bench);
	}
}

/* A copy of the hive beside it: the first in place. */
static void two_hives_of_one_image(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key_at(&bench, KB1, STATE_INSTALLED, JUNE);
	hive(&bench, 0);
	key_at(&bench, KB1, STATE_STAGED, JUNE - DAY);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09Z hive");
	bench_release(&bench);
}

/* Conflicts */

static void installed_by_one_and_out_by_the_hive(void **state)
{
	static const enum cbs_state outs[] = { STATE_STAGED, STATE_ABSENT, STATE_RESOLVED,
		STATE_PARTIALLY_INSTALLED };

	for (size_t i = 0; i < sizeof(outs) / sizeof(outs[0]); i++)
		for (int source = 0; source < 3; source++) {
			const struct row *row;

			BEGIN();
			hive(&bench, 0);
			key(&bench, KB1, outs[i]);
			if (source == 0)
				log_operation(&bench, KB1, STATE_INSTALLED, 0, JUNE);
			if (source == 1) {
				sessions(&bench, 0);
				bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE, 0));
			}
			if (source == 2) {
				listing(&bench, 0, 1, FLAG_COMPLETE);
				listed(&bench, KB1, STATE_INSTALLED, 0);
			}
			bench_run(&bench);
			row = bench_row_of(&bench, 0, "KB5990001");
			assert_int_equal(row->own.certainty, CERTAINTY_CONFLICT);
			assert_string_equal(row->own.state, state_word(outs[i]));
			assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 1);
			assert_true(bench_cites(row, "hive words", "UpdateStatus"));
			assert_true(bench_cites(row,
				source == 0           ? "completion words"
					: source == 1 ? "session words"
						      : "list words",
				"UpdateStatus"));
			bench_release(&bench);
		}
}

/* What the log said, what the hive says now: the course of things. */
static void time_explains(void **state)
{
	static const struct {
		enum cbs_state said, current;
	} table[] = {
		{ STATE_INSTALLED, STATE_INSTALLED },
		{ STATE_INSTALLED, STATE_PERMANENT },
		{ STATE_INSTALLED, STATE_SUPERSEDED },
		{ STATE_INSTALLED, STATE_UNINSTALL_PENDING },
		{ STATE_INSTALLED, STATE_INVALID_INSTALLED },
		{ STATE_STAGED, STATE_INSTALLED },
		{ STATE_ABSENT, STATE_INSTALLED },
		{ STATE_ABSENT, STATE_STAGED },
		{ STATE_STAGED, STATE_ABSENT },
		{ STATE_INSTALL_PENDING, STATE_INSTALLED },
		{ STATE_INSTALL_PENDING, STATE_STAGED },
		{ STATE_UNINSTALL_PENDING, STATE_ABSENT },
		{ STATE_UNINSTALL_PENDING, STATE_INSTALLED },
		{ STATE_SUPERSEDED, STATE_ABSENT },
		{ STATE_SUPERSEDED, STATE_INSTALLED },
		{ STATE_PARTIALLY_INSTALLED, STATE_INSTALLED },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(&bench, 0);
		key(&bench, KB1, table[i].current);
		log_state(&bench, KB1, table[i].said, JUNE);
		bench_run(&bench);
		assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 0);
		assert_string_equal(bench_row_of(&bench, 0, "KB5990001")->own.state,
			state_word(table[i].current));
		bench_release(&bench);
	}
}

static void a_removal_or_a_newer_one_explains(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_ABSENT);
	key(&bench, KB2, STATE_ABSENT);
	key(&bench, OLD, STATE_STAGED);
	key(&bench, NEW, STATE_INSTALLED);
	sessions(&bench, 0);
	bench_fact(&bench, task(KB2, STATE_ABSENT, JUNE + DAY, 0));
	log_state(&bench, OLD, STATE_INSTALLED, JUNE - DAY);
	log_state(&bench, KB2, STATE_INSTALLED, JUNE);
	log_operation(&bench, KB1, STATE_INSTALLED, 0, JUNE);
	log_operation(&bench, KB1, STATE_ABSENT, 0, JUNE + MINUTE);
	bench_run(&bench);
	assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 0);
	assert_row(&bench, 0, "KB5990001", "3 0 Absent seen removed -");
	assert_row(&bench, 0, "KB5990002", "3 0 Absent seen removed -");
	assert_row(&bench, 0, OLD, "1 0 Staged inferred superseded-before-install -");
	bench_release(&bench);
}

static void removed_and_yet_in(void **state)
{
	for (int later = 0; later < 2; later++) {
		BEGIN();
		hive(&bench, 0);
		key_at(&bench, KB1, STATE_INSTALLED, later ? JUNE + 3 * DAY : JUNE - DAY);
		sessions(&bench, 0);
		bench_fact(&bench, task(KB1, STATE_ABSENT, JUNE, 0));
		bench_run(&bench);
		assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), later ? 0 : 1);
		assert_int_equal(bench_row_of(&bench, 0, "KB5990001")->values[5].integer, 2);
		bench_release(&bench);
	}
}

static void the_hive_stands_after_the_log(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key_at(&bench, KB1, STATE_INSTALLED, JUNE + DAY);
	key_at(&bench, KB2, STATE_STAGED, 0);
	log_operation(&bench, KB1, STATE_INSTALLED, 0x800f0922, JUNE);
	log_operation(&bench, KB2, STATE_INSTALLED, 0x800f0922, JUNE);
	log_state(&bench, KB1, STATE_INSTALLED, JUNE + 3 * DAY); /* no attempt */
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-12T08:14:09Z hive");
	assert_row(&bench, 0, "KB5990002", "3 0x800f0922 Staged seen operation-failed -");
	bench_release(&bench);
}

/* It stays in, and its last attempt has failed. */
static void a_failure_later_than_the_hive_keeps_its_code(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key_at(&bench, KB1, STATE_INSTALLED, JUNE - DAY);
	key_at(&bench, KB2, STATE_INSTALLED, JUNE - DAY);
	sessions(&bench, 0);
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE, 0x800f0831));
	log_operation(&bench, KB1, STATE_INSTALLED, 0x800f0922, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001",
		"2 0x800f0922 Installed seen operation-failed 2025-06-10T08:14:09Z hive");
	assert_row(&bench, 0, "KB5990002",
		"2 0x800f0831 Installed seen operation-failed 2025-06-10T08:14:09Z hive");
	bench_release(&bench);
}

/* A hive that was written long after the log's end; the log may be half a day off. */
static void a_hive_much_later_than_the_log_explains(void **state)
{
	static const struct {
		int64_t written;
		size_t conflicts;
	} table[] = {
		{ 0, 1 },
		{ JUNE - DAY, 1 },
		{ JUNE + MINUTE, 1 },
		{ JUNE + DAY, 1 },
		{ JUNE + DAY + MINUTE, 1 },
		{ JUNE + 2 * DAY, 0 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		bench_document(&bench, 0, SOFTWARE);
		bench_fact(&bench, FACT_OF(HIVE, .utc = table[i].written));
		bench_fact(&bench, FACT_OF(HIVE_PACKAGES, .index = 4000));
		key(&bench, KB1, STATE_STAGED);
		log_operation(&bench, KB1, STATE_INSTALLED, 0, JUNE);
		bench_run(&bench);
		assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), table[i].conflicts);
		bench_release(&bench);
	}
}

/* Without a hive: what was asked in May says nothing of June. */
static void a_log_later_than_the_last_session(void **state)
{
	BEGIN();
	sessions(&bench, 0);
	bench_fact(&bench, task(KB1, STATE_STAGED, JUNE - DAY, 0));
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE - DAY, 0));
	bench_fact(&bench, task(OLD, STATE_STAGED, JUNE + DAY, 0));
	bench_fact(&bench,
		task("Package_for_KB5990003" TAIL "1.0.0.0", STATE_INSTALLED, JUNE - DAY, 0));
	log_operation(
		&bench, "Package_for_KB5990003" TAIL "1.0.0.0", STATE_INSTALLED, 0x800f0922, JUNE);
	log_operation(&bench, KB1, STATE_INSTALLED, 0, JUNE);
	log_operation(&bench, KB2, STATE_ABSENT, 0, JUNE);
	log_operation(&bench, OLD, STATE_INSTALLED, 0, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, "KB5990002", "3 0 Absent seen removed -");
	assert_row(&bench, 0, OLD, "0 0 Staged conflict applicability-unknown -");
	assert_row(&bench, 0, "KB5990003",
		"2 0x800f0922 Installed seen operation-failed 2025-06-10T08:14:09 local");
	assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 1);
	bench_release(&bench);
}

static void the_log_gives_the_time_that_nobody_else_has(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_INSTALLED);
	log_operation(&bench, KB1, STATE_INSTALLED, 0, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	bench_release(&bench);
}

/* A host's log */

#define MOUNTED "C:\\Mount"

static void host_command(
	struct bench *bench, const char *verb, uint32_t flags, int64_t when, bool mounts)
{
	bench_log(bench, FACT_OF(HOST_START, .when = when));
	bench_log(bench,
		FACT_OF(COMMAND_LINE, .verb = slice_from(verb), .image = SLICE(MOUNTED),
			.wim = mounts ? SLICE("D:\\install.wim") : SLICE_NONE, .index = mounts,
			.flags = flags | (mounts ? FLAG_HAS_INDEX : 0), .when = when,
			.words = SLICE("command words")));
	if (mounts)
		bench_log(bench,
			FACT_OF(MOUNT, .image = SLICE(MOUNTED), .wim = SLICE("D:\\install.wim"),
				.index = 1, .flags = FLAG_HAS_INDEX, .when = when));
}

/* The host mounts index 1, adds the package, saves. */
static void host_adds(struct bench *bench, const char *identity, int64_t when)
{
	struct session_id session = { 6344, 9 };
	struct slice package = slice_from(identity);

	bench->is_host_log = true;
	bench->names[0] = "install.wim";
	bench->indexes[0] = 1;
	bench_name(bench, "install.wim");
	host_command(bench, "Mount-Image", 0, when, true);
	bench_log(bench, FACT_OF(HOST_END, .when = when));
	host_command(bench, "Add-Package", FLAG_ADD, when, false);
	bench_log(bench,
		FACT_OF(OFFLINE_HIVE, .name = SLICE("SOFTWARE"), .image = SLICE(MOUNTED),
			.when = when));
	bench_log(bench,
		FACT_OF(SESSION_OPENED, .session = session, .when = when,
			.client = SLICE("DISM Package Manager Provider")));
	bench_log(bench,
		FACT_OF(OPERATION_START, .session = session, .package = package, .when = when));
	bench_log(bench,
		FACT_OF(COMPLETION, .session = session, .package = package,
			.current = STATE_INSTALLED, .original = STATE_ABSENT,
			.target = STATE_INSTALLED, .flags = FLAG_HAS_CODE, .when = when,
			.words = SLICE("completion words")));
	bench_log(bench,
		FACT_OF(OPERATION_END, .session = session, .package = package,
			.flags = FLAG_HAS_CODE, .when = when));
	bench_log(bench, FACT_OF(HOST_END, .when = when));
	host_command(bench, "Unmount-Image", FLAG_COMMIT, when + MINUTE, false);
	bench_log(bench, FACT_OF(HOST_END, .when = when + MINUTE));
}

static void a_commit_before_the_last_modification(void **state)
{
	BEGIN();
	host_adds(&bench, KB1, JUNE);
	bench.modified[0] = JUNE + DAY;
	hive(&bench, 0);
	key_at(&bench, KB1, STATE_INSTALLED, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09Z hive");
	assert_int_equal(bench.report.row_count[ROW_STATUS], 1);
	assert_true(bench_cites(
		bench_row_of(&bench, 0, "KB5990001"), "completion words", "UpdateStatus"));
	assert_true(slice_equal(bench_image(&bench, 0)->sources, SLICE("hive, logs, wim-xml")));
	bench_release(&bench);
}

static void a_commit_that_the_hive_does_not_show(void **state)
{
	BEGIN();
	host_adds(&bench, KB1, JUNE);
	bench.modified[0] = JUNE + DAY;
	hive(&bench, 0);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "0 0 Absent conflict applicability-unknown -");
	bench_release(&bench);
}

/* The file given is a copy from before the work. The log's clock has no offset: only what is
 * later beyond doubt counts. */
static void a_commit_after_the_last_modification(void **state)
{
	BEGIN();
	host_adds(&bench, KB1, JUNE);
	bench.modified[0] = JUNE - DAY;
	hive(&bench, 0);
	key_at(&bench, KB1, STATE_STAGED, JUNE - 5 * DAY);
	key(&bench, KB2, STATE_STAGED);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001",
		"2 0 Installed inferred commit-assumed 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, "KB5990002", "0 0 Staged seen applicability-unknown -");
	assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 0);
	bench_release(&bench);
}

static void a_commit_of_the_same_hour_may_be_before(void **state)
{
	BEGIN();
	host_adds(&bench, KB1, JUNE);
	bench.modified[0] = JUNE - 3600;
	hive(&bench, 0);
	key_at(&bench, KB1, STATE_INSTALLED, JUNE - 7200);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T06:14:09Z hive");
	bench_release(&bench);
}

/* Listings */

static void listings_alone(void **state)
{
	static const struct {
		enum cbs_state current;
		const char *row;
	} table[] = {
		{ STATE_INSTALLED, "2 0 Installed seen - 2025-06-11T08:14:09 listing" },
		{ STATE_INSTALL_PENDING, "2 0 Install Pending seen - 2025-06-11T08:14:09 listing" },
		{ STATE_SUPERSEDED, "1 0 Superseded seen - -" },
		{ STATE_STAGED, "0 0 Staged seen applicability-unknown -" },
		{ STATE_ABSENT, "0 0 Absent seen applicability-unknown -" },
		{ STATE_UNINSTALL_PENDING, "3 0 Uninstall Pending seen - -" },
		{ STATE_PARTIALLY_INSTALLED, "3 0 Partially Installed inferred - -" },
		{ STATE_NONE, "0 0 - seen state-unknown -" },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		listing(&bench, 0, 1, 0);
		listed(&bench, KB1, table[i].current, JUNE);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990001", table[i].row);
		bench_release(&bench);
	}
}

static void a_whole_list_says_absent_of_what_it_omits(void **state)
{
	for (int cut = 0; cut < 2; cut++) {
		BEGIN();
		listing(&bench, 0, 1, cut ? 0 : FLAG_COMPLETE);
		listed(&bench, KB1, STATE_INSTALLED, JUNE);
		manifest(&bench, 0, "/a.mum", KB2);
		bench_run(&bench);
		assert_row(&bench, 0, "KB5990002",
			cut ? "0 0 - seen state-unknown -" : "0 0 Absent seen inventory-omits -");
		bench_release(&bench);
	}
}

static void logs_stand_before_listings(void **state)
{
	BEGIN();
	listing(&bench, 0, 1, FLAG_COMPLETE);
	listed(&bench, KB1, STATE_STAGED, 0);
	log_operation(&bench, KB1, STATE_INSTALLED, 0, JUNE);
	log_state(&bench, KB2, STATE_INSTALLED, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, "KB5990002", "2 0 Installed seen - -");
	assert_int_equal(bench_diagnostics(&bench, DIAG_CONFLICT), 0);
	bench_release(&bench);
}

static void the_later_list_of_a_file_stands(void **state)
{
	BEGIN();
	listing(&bench, 0, 1, FLAG_COMPLETE);
	listed(&bench, KB1, STATE_STAGED, 0);
	bench_fact(&bench, FACT_OF(LISTING, .verb = SLICE("packages"), .index = 1));
	listed(&bench, KB1, STATE_INSTALLED, 0);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - -");
	bench_release(&bench);
}

static void an_export_states_utc(void **state)
{
	BEGIN();
	bench_document(&bench, 0, "/packages.json");
	bench_fact(&bench,
		FACT_OF(LISTED_PACKAGE, .package = SLICE(KB1), .current = STATE_INSTALLED,
			.utc = JUNE));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09Z listing");
	bench_release(&bench);
}

static void a_list_of_kbs(void **state)
{
	BEGIN();
	bench_name(&bench, "host7");
	bench.names[1] = "hotfixes.txt";
	hive(&bench, 0);
	key(&bench, KB1, STATE_SUPERSEDED);
	bench_document(&bench, 1, "");
	bench_fact(&bench,
		FACT_OF(LISTED_PACKAGE, .identifier = SLICE("KB5990001"),
			.current = STATE_INSTALLED));
	bench_fact(&bench,
		FACT_OF(LISTED_PACKAGE, .identifier = SLICE("KB5990002"),
			.current = STATE_INSTALLED, .release = SLICE("Hotfix")));
	bench_run(&bench);
	assert_row(&bench, -1, "KB5990001", "1 0 Superseded seen - -");
	assert_row(&bench, -1, "KB5990002", "2 0 Installed seen - -");
	assert_true(slice_equal(bench_row_of(&bench, -1, "KB5990002")->values[6].text,
		SLICE("Hotfix for Windows (KB5990002)")));
	bench_release(&bench);
}

/* Deployments, manifests: the least of all */

static void components_where_the_hive_has_an_unknown_number(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_NONE);
	key(&bench, KB2, STATE_NONE);
	bench_document(&bench, 0, "/Windows/System32/config/COMPONENTS");
	bench_fact(&bench,
		FACT_OF(DEPLOYMENT, .package = SLICE(KB1), .current = STATE_INSTALLED,
			.words = SLICE("deployment words")));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed inferred - -");
	assert_true(bench_cites(
		bench_row_of(&bench, 0, "KB5990001"), "deployment words", "UpdateStatus"));
	assert_row(&bench, 0, "KB5990002", "0 0 - seen state-unknown -");
	bench_release(&bench);
}

static void components_where_nothing_else_speaks(void **state)
{
	BEGIN();
	bench_document(&bench, 0, "/Windows/System32/config/COMPONENTS");
	bench_fact(&bench, FACT_OF(DEPLOYMENT, .package = SLICE(KB1), .current = STATE_STAGED));
	bench_fact(&bench, FACT_OF(DEPLOYMENT, .package = SLICE(KB1), .current = STATE_INSTALLED));
	bench_fact(&bench, FACT_OF(DEPLOYMENT, .package = SLICE(KB2), .current = STATE_INSTALLED));
	sessions(&bench, 0);
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE, 0x800f0922));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed inferred - -");
	assert_row(&bench, 0, "KB5990002", "3 0x800f0922 - seen operation-failed -");
	bench_release(&bench);
}

static void a_manifest_proves_nothing_installed(void **state)
{
	BEGIN();
	manifest(&bench, 0, "/a.mum", KB1);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "0 0 - seen state-unknown -");
	assert_true(slice_equal(bench_image(&bench, 0)->sources, SLICE("manifests")));
	bench_release(&bench);
}

/* KBs */

static void kbs_in_their_order(void **state)
{
	static const struct fact table[] = {
		{ .identifier = { "KB5990010", 9 },
			.path = { "https://contoso/help/5990011", 28 },
			.description = { "Fix for KB5990012", 17 },
			.update = { "5990013-1_x", 11 } },
		{ .path = { "https://contoso/help/5990010", 28 },
			.description = { "Fix for KB5990012", 17 },
			.update = { "5990013-1_x", 11 } },
		{ .path = { "https://contoso/?id=1&kbid=5990010", 34 } },
		{ .path = { "https://contoso/kb/5990010", 26 } },
		{ .description = { "Fix for KB5990010", 17 }, .update = { "5990013-1_x", 11 } },
		{ .update = { "5990010-9_neutral_PACKAGE", 25 } },
		{ .identifier = { "KB777778", 8 }, .description = { "Fix for KB5990010", 17 } },
		{ .identifier = { "KB5990010_BF", 12 } },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		struct fact fact = table[i];

		BEGIN();
		fact.kind = FACT_MANIFEST;
		fact.package = SLICE(NEW);
		fact.words = SLICE("manifest words");
		hive(&bench, 0);
		key(&bench, NEW, STATE_INSTALLED);
		bench_document(&bench, 0, "/a.mum");
		bench_fact(&bench, fact);
		sessions(&bench, 0);
		fact = task(NEW, STATE_INSTALLED, JUNE, 0);
		fact.identifier = SLICE("KB5990014");
		bench_fact(&bench, fact);
		bench_run(&bench);
		assert_row(
			&bench, 0, "KB5990010", "2 0 Installed seen - 2025-06-11T08:14:09 local");
		assert_int_equal(bench.report.row_count[ROW_STATUS], 1);
		assert_true(bench_cites(
			bench_row_of(&bench, 0, "KB5990010"), "manifest words", "UpdateID"));
		bench_release(&bench);
	}
}

static void kbs_of_names_sessions_and_paths(void **state)
{
	struct fact named = task(NEW, STATE_INSTALLED, JUNE, 0);

	BEGIN();
	named.identifier = SLICE("KB5990020");
	hive(&bench, 0);
	bench_fact(&bench,
		FACT_OF(HIVE_PACKAGE, .package = SLICE(NEW), .current = STATE_INSTALLED,
			.path = SLICE("C:\\KB5990021.cab")));
	bench_fact(&bench,
		FACT_OF(HIVE_PACKAGE, .package = SLICE(OLD), .current = STATE_SUPERSEDED,
			.path = SLICE("C:\\a\\Windows11.0-KB5990022-x64.cab")));
	/* Its own name comes before a path; a feature that a path names is none of it. */
	bench_fact(&bench,
		FACT_OF(HIVE_PACKAGE, .package = SLICE(KB1), .current = STATE_INSTALLED,
			.path = SLICE("C:\\KB5990023")));
	bench_fact(&bench,
		FACT_OF(HIVE_PACKAGE, .package = SLICE("Contoso-Search-FOD-Package" TAIL "1.0.0.0"),
			.current = STATE_INSTALLED, .path = SLICE("C:\\KB5990022.cab")));
	/* A manifest of an update that names another KB than its name does: the manifest. */
	manifest(&bench, 0, "/a.mum", KB2);
	bench_fact(
		&bench, FACT_OF(MANIFEST, .package = SLICE(KB2), .identifier = SLICE("KB5990024")));
	sessions(&bench, 0);
	bench_fact(&bench, named);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990020", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, "KB5990022", "1 0 Superseded seen - -");
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - -");
	assert_row(&bench, 0, "KB5990024", "0 0 Absent seen applicability-unknown -");
	assert_int_equal(bench.report.row_count[ROW_STATUS], 4);
	bench_release(&bench);
}

static void key_from(
	struct bench *bench, const char *identity, enum cbs_state state, const char *path)
{
	bench_fact(bench,
		FACT_OF(HIVE_PACKAGE, .package = slice_from(identity), .current = state,
			.path = slice_from(path)));
}

/* A stack that outlives the update of its file does not keep that update in. */
static void a_path_gives_its_kb_to_updates_alone(void **state)
{
	static const char stack[] = "Package_for_ServicingStack_4000" TAIL "26100.4000.1.1";
	static const char feature[] = "Contoso-Face-Package" TAIL "10.0.26100.4000";
	static const char file[] = "D:\\KB5990098-bundle\\Windows11.0-KB5990040-x64.cab";

	BEGIN();
	hive(&bench, 0);
	key_from(&bench, OLD, STATE_SUPERSEDED, file);
	key_from(&bench, stack, STATE_INSTALLED, file);
	key_from(&bench, feature, STATE_STAGED, file);
	key_from(&bench, NEW, STATE_INSTALLED, "D:\\Updates\\KB5990041\\");
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990040", "1 0 Superseded seen - -");
	assert_row(&bench, 0, stack, "2 0 Installed seen - -");
	assert_row(&bench, 0, NEW, "2 0 Installed seen - -");
	assert_int_equal(bench.report.row_count[ROW_STATUS], 3);
	bench_release(&bench);
}

static void a_placeholder_is_the_last_word(void **state)
{
	static const char pack[] = "Package_for_Contoso" TAIL "1.0.0.0";

	BEGIN();
	hive(&bench, 0);
	key_from(&bench, pack, STATE_INSTALLED, "C:\\KB5990042.cab");
	manifest(&bench, 0, "/a.mum", pack);
	bench_fact(&bench,
		FACT_OF(MANIFEST, .package = slice_from(pack), .identifier = SLICE("KB777778")));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990042", "no row");
	assert_row(&bench, 0, pack, "2 0 Installed seen - -");
	bench_release(&bench);
}

/* Sessions.xml gives both packages of a file its KB. */
static void a_stack_has_the_kb_of_a_session_when_alone(void **state)
{
	static const char stack[] = "Package_for_ServicingStack_4210" TAIL "26100.4210.1.1";
	static const char alone[] = "Package_for_ServicingStack_4000" TAIL "26100.4000.1.1";
	const char *const names[] = { stack, NEW, alone };

	BEGIN();
	sessions(&bench, 0);
	for (size_t i = 0; i < 3; i++) {
		struct fact named = task(names[i], STATE_INSTALLED, JUNE, 0);

		named.identifier = i < 2 ? SLICE("KB5990043") : SLICE("KB5990044");
		bench_fact(&bench, named);
	}
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990043", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, "KB5990044", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, 0, stack, "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_int_equal(bench.report.row_count[ROW_STATUS], 3);
	assert_true(bench_cites(bench_row_of(&bench, 0, "KB5990044"), "session words", "UpdateID"));
	bench_release(&bench);
}

static void a_kb_sticks_to_the_identity_everywhere(void **state)
{
	BEGIN();
	bench.names[1] = "other";
	hive(&bench, 0);
	key(&bench, NEW, STATE_INSTALLED);
	hive(&bench, 1);
	key(&bench, NEW, STATE_STAGED);
	bench_document(&bench, NOWHERE, "/update.mum");
	bench_fact(&bench,
		FACT_OF(MANIFEST, .package = SLICE(NEW), .identifier = SLICE("KB5990030"),
			.release = SLICE("SecurityUpdate"), .words = SLICE("offer words")));
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990030", "2 0 Installed seen - -");
	assert_row(&bench, 1, "KB5990030", "0 0 Staged seen applicability-unknown -");
	assert_true(bench_cites(bench_row_of(&bench, 0, "KB5990030"), "offer words", "UpdateID"));
	assert_true(slice_equal(bench_row_of(&bench, 0, "KB5990030")->values[6].text,
		SLICE("Security Update for Windows (KB5990030)")));
	bench_release(&bench);
}

/* Which packages make rows */

static void parts_make_no_rows(void **state)
{
	static const char *const parts[] = {
		"Package_1_for_KB5990001" TAIL "10.0.1.1",
		"Package_for_KB5990001_RTM" TAIL "10.0.1.1",
		"Package_for_KB5990001_SP1" TAIL "10.0.1.1",
		"Contoso-Client-Wrapper" TAIL "10.0.1.1",
	};

	for (int all = 0; all < 2; all++) {
		BEGIN();
		bench.options.all_packages = all;
		hive(&bench, 0);
		key(&bench, KB1, STATE_INSTALLED);
		for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
			key(&bench, parts[i], STATE_INSTALLED);
		key(&bench, "Contoso-Hidden-Package" TAIL "10.0.1.1", STATE_INSTALLED);
		bench_fact(&bench,
			FACT_OF(HIVE_PACKAGE,
				.package = SLICE("Contoso-Shy-Package" TAIL "1.0.0.0"),
				.current = STATE_INSTALLED, .flags = FLAG_HIDDEN));
		/* Its name is believed before the mark. */
		bench_fact(&bench,
			FACT_OF(HIVE_PACKAGE, .package = SLICE(NEW), .current = STATE_INSTALLED,
				.flags = FLAG_HIDDEN));
		key(&bench, "Contoso-Owned-Package" TAIL "1.0.0.0", STATE_INSTALLED);
		bench_fact(&bench,
			FACT_OF(HIVE_OWNER,
				.package = SLICE("Contoso-Owned-Package" TAIL "1.0.0.0"),
				.parent = SLICE(KB1)));
		manifest(&bench, 0, "/a.mum", KB1);
		child_of(&bench, KB1, "Contoso-Hidden-Package" TAIL "10.0.1.1", FLAG_HIDDEN);
		manifest(&bench, 0, "/b.mum", "Contoso-Hidden-Package" TAIL "10.0.1.1");
		bench_fact(&bench,
			FACT_OF(MANIFEST,
				.package = SLICE("Contoso-Hidden-Package" TAIL "10.0.1.1"),
				.identifier = SLICE("KB5990001"), .release = SLICE("Update")));
		bench_run(&bench);
		assert_int_equal(bench.report.row_count[ROW_STATUS], 2);
		assert_int_equal(bench_row_of(&bench, 0, "KB5990001")->own.package_count, 1);
		assert_non_null(bench_row_of(&bench, 0, NEW));
		bench_release(&bench);
	}
}

static void packages_that_hold_each_other_stay(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_INSTALLED);
	key(&bench, KB2, STATE_INSTALLED);
	manifest(&bench, 0, "/a.mum", KB1);
	child_of(&bench, KB1, KB2, FLAG_HIDDEN);
	child_of(&bench, KB1, KB1, FLAG_HIDDEN);
	manifest(&bench, 0, "/b.mum", KB2);
	child_of(&bench, KB2, KB1, FLAG_HIDDEN);
	bench_run(&bench);
	assert_int_equal(bench.report.row_count[ROW_STATUS], 2);
	bench_release(&bench);
}

static void updates_by_release_type(void **state)
{
	static const struct {
		const char *release;
		size_t rows;
	} table[] = {
		{ "Update", 1 },
		{ "Security Update", 1 },
		{ "SecurityUpdate", 1 },
		{ "Hotfix", 1 },
		{ "Service Pack", 1 },
		{ "Feature Pack", 0 },
		{ "Language Pack", 0 },
		{ "OnDemand Pack", 0 },
		{ "Foundation", 0 },
		{ "", 0 },
	};

	for (int all = 0; all < 2; all++)
		for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
			BEGIN();
			bench.options.all_packages = all;
			hive(&bench, 0);
			key(&bench, "Contoso-Package" TAIL "10.0.1.1", STATE_INSTALLED);
			bench_document(&bench, 0, "/a.mum");
			bench_fact(&bench,
				FACT_OF(MANIFEST,
					.package = SLICE("Contoso-Package" TAIL "10.0.1.1"),
					.release = slice_from(table[i].release)));
			bench_run(&bench);
			assert_int_equal(
				bench.report.row_count[ROW_STATUS], all ? 1 : table[i].rows);
			bench_release(&bench);
		}
}

/* A feature on demand with the KB of the rollup that brought it is no part of that update. */
static void features_do_not_join_an_update(void **state)
{
	for (int all = 0; all < 2; all++) {
		BEGIN();
		bench.options.all_packages = all;
		hive(&bench, 0);
		key(&bench, NEW, STATE_INSTALLED);
		key(&bench, "Contoso-Notes-Package" TAIL "10.0.26100.4210", STATE_STAGED);
		bench_document(&bench, 0, "/a.mum");
		bench_fact(&bench,
			FACT_OF(MANIFEST, .package = SLICE(NEW), .identifier = SLICE("KB5990040")));
		bench_document(&bench, 0, "/b.mum");
		bench_fact(&bench,
			FACT_OF(MANIFEST,
				.package = SLICE("Contoso-Notes-Package" TAIL "10.0.26100.4210"),
				.identifier = SLICE("KB5990040"),
				.release = SLICE("OnDemand Pack")));
		bench_run(&bench);
		assert_int_equal(bench.report.row_count[ROW_STATUS], all ? 2 : 1);
		assert_row(&bench, 0, "KB5990040", "2 0 Installed seen - -");
		assert_int_equal(bench_row_of(&bench, 0, "KB5990040")->own.package_count, 1);
		bench_release(&bench);
	}
}

static void two_generations_with_one_kb_are_one_row(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_SUPERSEDED);
	key_at(&bench, "Package_for_KB5990001" TAIL "10.0.1.2", STATE_INSTALLED, JUNE);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09Z hive");
	assert_int_equal(bench.report.row_count[ROW_STATUS], 1);
	bench_release(&bench);
}

/* Indexes of one file */

/* One KB, a package for each version of .NET: an index has its own. */
static void an_index_has_the_kb_by_another_package(void **state)
{
	static const char *const rollups[] = {
		"Package_for_DotNetRollup_48" TAIL "10.0.4700.1",
		"Package_for_DotNetRollup_481" TAIL "10.0.9200.1",
	};

	BEGIN();
	bench.names[0] = bench.names[1] = bench.names[2] = "install.wim";
	for (int i = 0; i < 3; i++) {
		bench.indexes[i] = (uint32_t)i + 1;
		hive(&bench, i);
		key(&bench, i < 2 ? rollups[i] : FOUNDATION, STATE_INSTALLED);
		if (i == 2)
			break;
		manifest(&bench, i, "/a.mum", rollups[i]);
		bench_fact(&bench,
			FACT_OF(MANIFEST, .package = slice_from(rollups[i]),
				.identifier = SLICE("KB5990500")));
	}
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990500", "2 0 Installed seen - -");
	assert_row(&bench, 1, "KB5990500", "2 0 Installed seen - -");
	assert_row(&bench, 2, "KB5990500", "0 0 Absent seen applicability-unknown -");
	bench_release(&bench);
}

static void updates_of_another_index_are_absent_here(void **state)
{
	BEGIN();
	bench.names[0] = bench.names[1] = bench.names[2] = "install.wim";
	bench.indexes[0] = 1;
	bench.indexes[1] = 2;
	bench.indexes[2] = 3;
	hive(&bench, 0);
	key(&bench, FOUNDATION, STATE_INSTALLED);
	hive(&bench, 1);
	key(&bench, KB1, STATE_INSTALLED);
	key(&bench, "Contoso-Package" TAIL "1.0.0.0", STATE_INSTALLED);
	manifest(&bench, 1, "/a.mum", KB1);
	parent_of(&bench, KB1, FOUNDATION, 1, "");
	sessions(&bench, 2); /* no hive: it cannot tell */
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE, 0));
	log_applicable(&bench, "Package_for_KB5990003" TAIL "1.0.0.0", STATE_ABSENT);
	bench_run(&bench);
	assert_row(&bench, 0, "KB5990001", "3 0 Absent inferred parent-present -");
	assert_row(&bench, 1, "KB5990001", "2 0 Installed seen - -");
	assert_row(&bench, 2, "KB5990001", "no row");
	assert_row(&bench, 0, "KB5990002", "0 0 Absent seen applicability-unknown -");
	assert_row(&bench, 0, "KB5990003", "1 0 Absent seen - -");
	assert_row(&bench, 1, "KB5990003", "no row"); /* a mere evaluation */
	bench_release(&bench);
}

/* Titles */

static struct slice title_of(struct bench *bench, const char *update)
{
	return bench_row_of(bench, -1, update)->values[6].text;
}

static void titles_in_their_order(void **state)
{
	for (int best = 0; best < 5; best++) {
		static const char *const titles[] = { "June 2025 Update (KB5990050)",
			"2025-06 Update (KB5990050)", "Contoso Update",
			"Hotfix for Windows (KB5990050)", "Update for Windows (KB5990050)" };

		BEGIN();
		hive(&bench, 0);
		key(&bench, NEW, STATE_INSTALLED);
		bench_document(&bench, 0, "/a.mum");
		bench_fact(&bench,
			FACT_OF(MANIFEST, .package = SLICE(NEW), .identifier = SLICE("KB5990050"),
				.title = best <= 2 ? SLICE("Contoso Update") : SLICE("default"),
				.release = best <= 3 ? SLICE("Hotfix") : SLICE("")));
		bench_document(&bench, 0, "/Windows/SoftwareDistribution/ReportingEvents.log");
		if (best <= 1)
			bench_fact(&bench,
				FACT_OF(UPDATE_EVENT, .identifier = SLICE("KB5990050"),
					.guid = SLICE("{E}"), .words = SLICE("event"),
					.title = SLICE("2025-06 Update (KB5990050)")));
		bench_document(&bench, NOWHERE, "/WSUSSCAN.cab/package.cab/extended/7");
		bench_fact(&bench,
			FACT_OF(UPDATE_METADATA, .identifier = SLICE("KB5990050"), .index = 7));
		bench_document(&bench, NOWHERE, "/WSUSSCAN.cab/package.cab/localized/en/7");
		if (best == 0)
			bench_fact(&bench,
				FACT_OF(UPDATE_METADATA, .index = 7, .name = SLICE("en"),
					.title = SLICE("June 2025 Update (KB5990050)")));
		bench_document(&bench, NOWHERE, "/WSUSSCAN.cab/package.cab/localized/de/7");
		if (best == 0)
			bench_fact(&bench,
				FACT_OF(UPDATE_METADATA, .index = 7, .name = SLICE("de"),
					.title = SLICE("Aktualisierung (KB5990050)")));
		bench_run(&bench);
		assert_true(slice_equal(title_of(&bench, "KB5990050"), slice_from(titles[best])));
		if (best == 1)
			assert_true(bench_cites(
				bench_row_of(&bench, 0, "KB5990050"), "event", "UpdateTitle"));
		bench_release(&bench);
	}
}

/* A bundle has the title, what is in it the package; the catalogue ties them. */
static void titles_of_bundles(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, NEW, STATE_INSTALLED);
	/* The same revision in another file is another update. */
	bench_document(&bench, NOWHERE, "/V.cab/package.cab/localized/en/9");
	bench_fact(&bench,
		FACT_OF(UPDATE_METADATA, .index = 9, .name = SLICE("en"),
			.title = SLICE("Another")));
	bench_document(&bench, NOWHERE, "/W.cab/package.cab/package.xml");
	bench_fact(&bench,
		FACT_OF(UPDATE_METADATA, .index = 8, .guid = SLICE("{inner}"),
			.parent = SLICE("9")));
	bench_fact(&bench, FACT_OF(UPDATE_METADATA, .index = 9, .guid = SLICE("{outer}")));
	bench_document(&bench, NOWHERE, "/W.cab/package.cab/core/8");
	bench_fact(&bench,
		FACT_OF(UPDATE_METADATA, .index = 8, .guid = SLICE("{inner}"),
			.package = SLICE(NEW)));
	bench_document(&bench, NOWHERE, "/W.cab/package.cab/extended/9");
	bench_fact(&bench,
		FACT_OF(UPDATE_METADATA, .index = 9, .identifier = SLICE("KB5990051"),
			.verb = SLICE("Critical")));
	bench_document(&bench, NOWHERE, "/W.cab/package.cab/localized/en/9");
	bench_fact(&bench,
		FACT_OF(UPDATE_METADATA, .index = 9, .title = SLICE("The bundle (KB5990051)")));
	bench_document(&bench, NOWHERE, "/update.mum");
	bench_fact(&bench, FACT_OF(MANIFEST, .package = SLICE(NEW)));
	bench_run(&bench);
	assert_true(slice_equal(title_of(&bench, "KB5990051"), SLICE("The bundle (KB5990051)")));
	assert_int_equal(bench.report.package_count, 1);
	assert_int_equal(bench.report.packages[0].kb, 5990051);
	assert_true(slice_equal(bench.report.packages[0].guid, SLICE("{outer}")));
	assert_true(slice_equal(bench.report.packages[0].severity, SLICE("Critical")));
	bench_release(&bench);
}

/* The event names no KB: the UpdateID ties it to the metadata that does. */
static void titles_by_update_id(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_INSTALLED);
	bench_document(&bench, 0, "/Windows/SoftwareDistribution/ReportingEvents.log");
	bench_fact(&bench,
		FACT_OF(UPDATE_EVENT, .guid = SLICE("{A}"), .title = SLICE("Contoso Driver")));
	bench_document(&bench, NOWHERE, "/W.cab/package.cab/core/3");
	bench_fact(&bench,
		FACT_OF(UPDATE_METADATA, .index = 3, .guid = SLICE("{A}"),
			.identifier = SLICE("KB5990001")));
	bench_run(&bench);
	assert_true(slice_equal(title_of(&bench, "KB5990001"), SLICE("Contoso Driver")));
	bench_release(&bench);
}

static void titles_without_a_kb(void **state)
{
	BEGIN();
	bench.options.all_packages = true;
	hive(&bench, 0);
	key(&bench, "Package_for_RollupFix" TAIL "26100.8037.1.19", STATE_INSTALLED);
	key(&bench, "Package_for_DotNetRollup_481" TAIL "10.0.9347.1", STATE_INSTALLED);
	key(&bench, "Package_for_ServicingStack_8035" TAIL "26100.8035.1.2", STATE_INSTALLED);
	key(&bench, FOUNDATION, STATE_INSTALLED);
	bench_run(&bench);
	assert_true(slice_equal(title_of(&bench, "Package_for_RollupFix"),
		SLICE("Update for Windows (26100.8037)")));
	assert_true(slice_equal(title_of(&bench, "Package_for_DotNetRollup"),
		SLICE("Update for Windows (10.0.9347.1)")));
	assert_true(slice_equal(title_of(&bench, "Package_for_ServicingStack"),
		SLICE("Update for Windows (26100.8035)")));
	assert_true(slice_equal(title_of(&bench, FOUNDATION), SLICE(FOUNDATION)));
	bench_release(&bench);
}

/* Images */

static void what_the_image_says_of_itself(void **state)
{
	BEGIN();
	hive(&bench, 0);
	bench_fact(&bench,
		FACT_OF(WINDOWS_VERSION, .version = SLICE("10.0.26200.8037"), .index = 8037,
			.flags = FLAG_HAS_INDEX, .edition = SLICE("Professional"),
			.title = SLICE("Windows 10 Pro"), .architecture = SLICE("amd64")));
	key(&bench, "Package_for_RollupFix" TAIL "26100.8037.1.19", STATE_INSTALLED);
	key(&bench, "Package_for_ServicingStack_8035" TAIL "26100.8035.1.2", STATE_INSTALLED);
	key(&bench, "Package_for_ServicingStack_9" TAIL "26100.900.1.2", STATE_INSTALLED);
	key(&bench, "Package_for_ServicingStack_9000" TAIL "26100.9000.1.2", STATE_STAGED);
	listing(&bench, 0, 1, 0);
	bench_run(&bench);
	assert_true(slice_equal(bench_image(&bench, 0)->version, SLICE("10.0.26200.8037")));
	assert_false(bench_image(&bench, 0)->version_is_approximate);
	assert_true(slice_equal(bench_image(&bench, 0)->edition, SLICE("Professional")));
	assert_true(slice_equal(bench_image(&bench, 0)->product, SLICE("Windows 11 Pro")));
	assert_true(slice_equal(bench_image(&bench, 0)->servicing_stack, SLICE("10.0.26100.8035")));
	assert_true(slice_equal(bench_image(&bench, 0)->sources, SLICE("hive, listing")));
	assert_string_equal(bench_image(&bench, 0)->pending, "none");
	assert_int_equal(bench_diagnostics(&bench, DIAG_REVISION_DIFFERS), 0);
	bench_release(&bench);
}

static void revisions_that_differ(void **state)
{
	static const struct {
		uint32_t revision;
		enum cbs_state newest;
		size_t notes;
	} table[] = {
		{ 4000, STATE_STAGED, 0 },
		{ 4210, STATE_STAGED, 1 },
		{ 4210, STATE_INSTALLED, 0 },
		{ 4000, STATE_INSTALLED, 1 },
		{ 4210, STATE_INSTALL_PENDING, 0 },
		{ 4000, STATE_INSTALL_PENDING, 0 },
		{ 4100, STATE_INSTALL_PENDING, 1 },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		BEGIN();
		hive(&bench, 0);
		bench_fact(&bench,
			FACT_OF(WINDOWS_VERSION, .version = SLICE("10.0.26200.1"),
				.index = table[i].revision, .flags = FLAG_HAS_INDEX));
		key(&bench, OLD, STATE_INSTALLED);
		key(&bench, NEW, table[i].newest);
		bench_run(&bench);
		assert_int_equal(bench_diagnostics(&bench, DIAG_REVISION_DIFFERS), table[i].notes);
		bench_release(&bench);
	}
}

/* A hive, a Sessions.xml and a list that a person named alike are one image. */
static void documents_of_one_image(void **state)
{
	BEGIN();
	bench_name(&bench, "host7");
	bench.names[1] = "Sessions.xml";
	bench.names[2] = "list.txt";
	hive(&bench, 0);
	key(&bench, KB1, STATE_INSTALLED);
	bench_document(&bench, 1, "");
	bench_fact(&bench, task(KB1, STATE_INSTALLED, JUNE, 0));
	bench_fact(&bench, task(KB2, STATE_INSTALLED, JUNE, 0x800f0922));
	listing(&bench, 2, 1, FLAG_COMPLETE);
	listed(&bench, "Package_for_KB5990003" TAIL "1.0.0.0", STATE_INSTALLED, 0);
	log_state(&bench, KB1, STATE_STAGED, JUNE);
	bench_run(&bench);
	assert_int_equal(bench.report.image_count, 1);
	assert_true(slice_equal(
		bench.report.images[0].sources, SLICE("hive, sessions, listing, logs")));
	assert_row(&bench, -1, "KB5990001", "2 0 Installed seen - 2025-06-11T08:14:09 local");
	assert_row(&bench, -1, "KB5990002", "3 0x800f0922 Absent seen operation-failed -");
	assert_row(&bench, -1, "KB5990003", "0 0 Absent conflict applicability-unknown -");
	bench_release(&bench);
}

static void spelling_does_not_matter(void **state)
{
	BEGIN();
	hive(&bench, 0);
	key(&bench, KB1, STATE_INSTALLED);
	manifest(&bench, 0, "/a.mum", "package_for_kb5990001~31bf3856ad364e35~AMD64~~10.0.1.1");
	bench_run(&bench);
	assert_int_equal(bench.report.row_count[ROW_STATUS], 1);
	assert_true(slice_equal(
		bench_row_of(&bench, 0, "KB5990001")->own.packages[0].identity, SLICE(KB1)));
	bench_release(&bench);
}

/* Offers */

static const struct report_package *offer_of(const struct bench *bench, const char *identity)
{
	for (size_t i = 0; i < bench->report.package_count; i++)
		if (slice_equal(bench->report.packages[i].identity, slice_from(identity)))
			return &bench->report.packages[i];
	return NULL;
}

static void what_a_package_file_offers(void **state)
{
	const struct report_package *offer;

	BEGIN();
	bench.names[0] = NULL;
	manifest(&bench, NOWHERE, "/a.cab/update.mum", KB1);
	bench_fact(&bench,
		FACT_OF(MANIFEST, .package = SLICE(KB1), .version = SLICE("10.0.26100.1"),
			.verb = SLICE("possible"), .release = SLICE("Hotfix")));
	parent_of(&bench, KB1, "Contoso-Package" TAIL "1.0.0.0", 2, "");
	parent_of(&bench, KB1, FOUNDATION, 1, "");
	child_of(&bench, KB1, "Contoso-Part-Package" TAIL "1.0.0.0", 0);
	manifest(&bench, NOWHERE, "/a.cab/part.mum", "Contoso-Part-Package" TAIL "1.0.0.0");
	manifest(&bench, NOWHERE, "/a.cab/one.mum", "Package_1_for_KB5990001" TAIL "1.0.0.0");
	manifest(&bench, NOWHERE, "/b.cab/part.mum", "Contoso-Part-Package" TAIL "1.0.0.0");
	bench_run(&bench);
	assert_int_equal(bench.report.package_count, 2);
	assert_int_equal(bench.report.row_count[ROW_STATUS], 0);
	assert_int_equal(bench.report.image_count, 0);
	offer = &bench.report.packages[0];
	assert_true(slice_equal(offer->container, SLICE("evidence/a.cab")));
	assert_true(slice_equal(offer->identity, SLICE(KB1)));
	assert_int_equal(offer->kb, 5990001);
	assert_true(slice_equal(offer->title, SLICE("Hotfix for Windows (KB5990001)")));
	assert_true(slice_equal(offer->stack, SLICE("10.0.26100.1")));
	assert_true(slice_equal(offer->restart, SLICE("possible")));
	assert_int_equal(offer->parent_count, 2);
	assert_true(slice_equal(offer->parents[0], SLICE(FOUNDATION)));
	assert_true(slice_equal(bench.report.packages[1].container, SLICE("evidence/b.cab")));
	bench_release(&bench);
}

/* A part that is named as an input is shown, unless what it is a part of is named too. */
static void a_part_that_was_asked_for(void **state)
{
#define PART "Package_1_for_KB5990001" TAIL "1.0.0.0"
	BEGIN();
	manifest(&bench, NOWHERE, "", PART);
	bench_run(&bench);
	assert_int_equal(bench.report.package_count, 1);
	assert_int_equal(bench.report.packages[0].kb, 5990001);
	bench_release(&bench);

	bench_init(&bench);
	manifest(&bench, NOWHERE, "", PART);
	manifest(&bench, NOWHERE, "", KB1);
	bench_fact(&bench, FACT_OF(MANIFEST_CHILD, .package = SLICE(KB1), .name = SLICE(PART)));
	bench_run(&bench);
	assert_int_equal(bench.report.package_count, 1);
	assert_true(slice_equal(bench.report.packages[0].identity, SLICE(KB1)));
	bench_release(&bench);
#undef PART
}

static void the_kb_of_a_container(void **state)
{
	BEGIN();
	/* The rollup has none, the stack is an update of its own. */
	manifest(&bench, NOWHERE, "/KB5990060.msu:1/KB5990060.wim:1/update.mum", NEW);
	manifest(&bench, NOWHERE, "/KB5990060.msu:1/SSU.cab/update.mum",
		"Package_for_ServicingStack_1" TAIL "26100.1.1.1");
	/* A stack that came alone; a KB that the name does not tell, but the properties. */
	manifest(&bench, NOWHERE, "/w-KB5990061-x64.cab/update.mum",
		"Package_for_ServicingStack_2" TAIL "26100.2.1.1");
	manifest(&bench, NOWHERE, "/c.msu/d.cab/update.mum", OLD);
	bench_document(&bench, NOWHERE, "/c.msu/c-pkgProperties.txt");
	bench_fact(&bench, FACT_OF(PACKAGE_PROPERTIES, .identifier = SLICE("KB5990062")));
	/* Its own KB wins; a folder gives none; a language pack takes none. */
	manifest(&bench, NOWHERE, "/KB5990063.cab/update.mum", KB1);
	manifest(&bench, NOWHERE, "/KB5990064/x.cab/update.mum",
		"Package_for_RollupFix" TAIL "26100.1.1.1");
	manifest(&bench, NOWHERE, "/KB5990065.cab/update.mum",
		"Contoso-LanguagePack-Package" TAIL "1.0.0.0");
	/* One package has the container's KB already, the other none; two stacks and a part. */
	manifest(&bench, NOWHERE, "/KB5990066.cab/update.mum",
		"Package_for_KB5990066" TAIL "1.0.0.0");
	manifest(&bench, NOWHERE, "/KB5990066.cab/b.mum", "Contoso-Other-Package" TAIL "1.0.0.0");
	manifest(&bench, NOWHERE, "/KB5990067.cab/a.mum",
		"Package_for_ServicingStack_3" TAIL "26100.3.1.1");
	manifest(&bench, NOWHERE, "/KB5990067.cab/b.mum",
		"Package_for_ServicingStack_4" TAIL "26100.4.1.1");
	bench_run(&bench);
	assert_int_equal(offer_of(&bench, "Contoso-Other-Package" TAIL "1.0.0.0")->kb, 0);
	assert_int_equal(
		offer_of(&bench, "Package_for_ServicingStack_3" TAIL "26100.3.1.1")->kb, 0);
	assert_int_equal(
		offer_of(&bench, "Package_for_ServicingStack_4" TAIL "26100.4.1.1")->kb, 0);
	assert_int_equal(offer_of(&bench, NEW)->kb, 5990060);
	assert_true(slice_equal(
		offer_of(&bench, NEW)->container, SLICE("evidence/KB5990060.msu:1/KB5990060.wim")));
	assert_int_equal(
		offer_of(&bench, "Package_for_ServicingStack_1" TAIL "26100.1.1.1")->kb, 0);
	assert_int_equal(
		offer_of(&bench, "Package_for_ServicingStack_2" TAIL "26100.2.1.1")->kb, 5990061);
	assert_int_equal(offer_of(&bench, OLD)->kb, 5990062);
	assert_int_equal(offer_of(&bench, KB1)->kb, 5990001);
	assert_int_equal(offer_of(&bench, "Package_for_RollupFix" TAIL "26100.1.1.1")->kb, 0);
	assert_int_equal(offer_of(&bench, "Contoso-LanguagePack-Package" TAIL "1.0.0.0")->kb, 0);
	bench_release(&bench);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_of_the_hive),
		cmocka_unit_test(codes_of_the_hive),
		cmocka_unit_test(applicability_of_the_log_with_the_state_of_the_hive),
		cmocka_unit_test(a_newer_generation_is_in),
		cmocka_unit_test(a_generation_that_is_going_out),
		cmocka_unit_test(a_parent_that_the_manifest_names_is_in),
		cmocka_unit_test(what_a_whole_hive_omits_is_absent),
		cmocka_unit_test(a_hive_without_its_table_says_nothing),
		cmocka_unit_test(staged_and_listed_as_pending),
		cmocka_unit_test(a_pending_removal_is_no_install),
		cmocka_unit_test(newest_generation_staged_before_a_restart),
		cmocka_unit_test(staged_alone_is_staged),
		cmocka_unit_test(a_newest_generation_that_failed_is_pending_too),
		cmocka_unit_test(its_session_is_pending),
		cmocka_unit_test(pending_by_log_and_mark),
		cmocka_unit_test(pending_operations_need_a_boot),
		cmocka_unit_test(a_dirty_hive_is_no_certain_thing),
		cmocka_unit_test(a_replayed_hive_is_certain),
		cmocka_unit_test(sessions_alone),
		cmocka_unit_test(the_last_session_counts),
		cmocka_unit_test(a_removal_that_failed_leaves_it_in),
		cmocka_unit_test(how_far_a_session_came),
		cmocka_unit_test(an_open_session_takes_nothing_back),
		cmocka_unit_test(a_session_without_an_end_concludes_nothing),
		cmocka_unit_test(the_id_of_a_session_tells_its_clock),
		cmocka_unit_test(the_zone_of_the_image_tells_its_clock),
		cmocka_unit_test(newer_sessions_supersede_older_ones),
		cmocka_unit_test(a_session_explains_the_hive),
		cmocka_unit_test(the_session_gives_the_time_that_the_hive_lacks),
		cmocka_unit_test(a_code_that_says_more),
		cmocka_unit_test(two_hives_of_one_image),
		cmocka_unit_test(installed_by_one_and_out_by_the_hive),
		cmocka_unit_test(time_explains),
		cmocka_unit_test(a_removal_or_a_newer_one_explains),
		cmocka_unit_test(removed_and_yet_in),
		cmocka_unit_test(the_hive_stands_after_the_log),
		cmocka_unit_test(a_failure_later_than_the_hive_keeps_its_code),
		cmocka_unit_test(a_hive_much_later_than_the_log_explains),
		cmocka_unit_test(a_log_later_than_the_last_session),
		cmocka_unit_test(the_log_gives_the_time_that_nobody_else_has),
		cmocka_unit_test(a_commit_before_the_last_modification),
		cmocka_unit_test(a_commit_that_the_hive_does_not_show),
		cmocka_unit_test(a_commit_after_the_last_modification),
		cmocka_unit_test(a_commit_of_the_same_hour_may_be_before),
		cmocka_unit_test(listings_alone),
		cmocka_unit_test(a_whole_list_says_absent_of_what_it_omits),
		cmocka_unit_test(logs_stand_before_listings),
		cmocka_unit_test(the_later_list_of_a_file_stands),
		cmocka_unit_test(an_export_states_utc),
		cmocka_unit_test(a_list_of_kbs),
		cmocka_unit_test(components_where_the_hive_has_an_unknown_number),
		cmocka_unit_test(components_where_nothing_else_speaks),
		cmocka_unit_test(a_manifest_proves_nothing_installed),
		cmocka_unit_test(kbs_in_their_order),
		cmocka_unit_test(kbs_of_names_sessions_and_paths),
		cmocka_unit_test(a_path_gives_its_kb_to_updates_alone),
		cmocka_unit_test(a_placeholder_is_the_last_word),
		cmocka_unit_test(a_stack_has_the_kb_of_a_session_when_alone),
		cmocka_unit_test(a_kb_sticks_to_the_identity_everywhere),
		cmocka_unit_test(parts_make_no_rows),
		cmocka_unit_test(packages_that_hold_each_other_stay),
		cmocka_unit_test(updates_by_release_type),
		cmocka_unit_test(features_do_not_join_an_update),
		cmocka_unit_test(two_generations_with_one_kb_are_one_row),
		cmocka_unit_test(an_index_has_the_kb_by_another_package),
		cmocka_unit_test(updates_of_another_index_are_absent_here),
		cmocka_unit_test(titles_in_their_order),
		cmocka_unit_test(titles_of_bundles),
		cmocka_unit_test(titles_by_update_id),
		cmocka_unit_test(titles_without_a_kb),
		cmocka_unit_test(what_the_image_says_of_itself),
		cmocka_unit_test(revisions_that_differ),
		cmocka_unit_test(documents_of_one_image),
		cmocka_unit_test(spelling_does_not_matter),
		cmocka_unit_test(what_a_package_file_offers),
		cmocka_unit_test(a_part_that_was_asked_for),
		cmocka_unit_test(the_kb_of_a_container),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
