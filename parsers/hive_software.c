/*
 * The hive SOFTWARE, below Microsoft\Windows\CurrentVersion\Component Based Servicing:
 *   Packages\<identity>   CurrentState (state.def), LastError, InstallTimeHigh and -Low (the
 *                         halves of a UTC FILETIME), InstallClient, InstallName,
 *                         InstallLocation, Visibility (2: hidden), ApplicabilityState,
 *                         SelfUpdate, Baseline; Owners: a value for each owning identity
 *   PackagesPending\<identity>, SessionsPending, RebootPending, RebootInProgress,
 *   LCUReoffer, Unserviceable: what waits, and what is broken
 * and Microsoft\Windows NT\CurrentVersion: which Windows it is. Names and types of values are
 * known from registry files and scripts; each may be missing.
 */
#include <inttypes.h>
#include <stdio.h>

#include "model/identity.h"
#include "parsers/hive.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define SERVICING "Microsoft\\Windows\\CurrentVersion\\Component Based Servicing"
#define VERSION   "Microsoft\\Windows NT\\CurrentVersion"

#define VISIBILITY_HIDDEN 2

/* ---- Packages ------------------------------------------------------------------------ */

struct package {
	struct hive_number state, error, high, low, visibility, applicable, stack, baseline;
	struct slice client, name, location;
};

static const struct hive_field package_fields[] = {
	{ "CurrentState", HIVE_NUMBER, offsetof(struct package, state) },
	{ "LastError", HIVE_NUMBER, offsetof(struct package, error) },
	{ "InstallTimeHigh", HIVE_NUMBER, offsetof(struct package, high) },
	{ "InstallTimeLow", HIVE_NUMBER, offsetof(struct package, low) },
	{ "InstallClient", HIVE_TEXT, offsetof(struct package, client) },
	{ "InstallName", HIVE_TEXT, offsetof(struct package, name) },
	{ "InstallLocation", HIVE_TEXT, offsetof(struct package, location) },
	{ "Visibility", HIVE_NUMBER, offsetof(struct package, visibility) },
	{ "ApplicabilityState", HIVE_NUMBER, offsetof(struct package, applicable) },
	{ "SelfUpdate", HIVE_NUMBER, offsetof(struct package, stack) },
	{ "Baseline", HIVE_NUMBER, offsetof(struct package, baseline) },
	{ "InstallUser", HIVE_WORD, 0 },
	{ "Trusted", HIVE_WORD, 0 },
};

static bool is_identity(struct slice name)
{
	struct identity identity;

	return identity_parse(name, &identity);
}

static enum cbs_state state_of(struct hive_number number)
{
	return number.is_stated ? state_from_registry((int32_t)number.value) : STATE_NONE;
}

static uint32_t flags_of(const struct package *package)
{
	uint32_t flags = 0;

	if (package->error.is_stated)
		flags |= FLAG_HAS_CODE;
	if (package->visibility.value == VISIBILITY_HIDDEN)
		flags |= FLAG_HIDDEN;
	if (package->stack.value)
		flags |= FLAG_STACK;
	if (package->baseline.value)
		flags |= FLAG_BASELINE;
	return flags;
}

static void state_package(struct hive *hive, size_t key, struct slice name)
{
	struct package package = { 0 };
	struct fact *fact;

	hive_take(hive, key, name, package_fields, COUNT(package_fields), &package);
	fact = hive_fact(hive, FACT_HIVE_PACKAGE, key);
	if (!fact)
		return;
	fact->package = arena_copy(&hive->result->scratch, name);
	fact->current = state_of(package.state);
	fact->applicable = state_of(package.applicable);
	fact->code = package.error.value;
	fact->flags = flags_of(&package);
	fact->client = package.client;
	fact->name = package.name;
	fact->path = package.location;
	if (package.high.value || package.low.value)
		fact->utc = filetime_to_seconds(package.high.value, package.low.value);
	fact->words = hive_words(hive);
}

static bool state_owner(struct hive *hive, void *self, const struct hive_value *value)
{
	const struct slice *package = self;
	struct slice owner = slice_from(value->name);
	uint32_t number;
	struct fact *fact;

	if (!is_identity(owner))
		return true;
	fact = hive_fact(hive, FACT_HIVE_OWNER, value->at);
	if (!fact)
		return false;
	fact->package = arena_copy(&hive->result->scratch, *package);
	fact->parent = arena_copy(&hive->result->scratch, owner);
	buf_reset(&hive->words);
	buf_printf(&hive->words, "Owners: %.*s", SLICE_ARG(owner));
	if (hive_value_number(value, &number))
		buf_printf(&hive->words, "=0x%" PRIx32, number);
	fact->words = hive_words(hive);
	return true;
}

static bool on_package(struct hive *hive, void *self, size_t key, struct slice name)
{
	size_t *strangers = self;
	size_t owners;

	if (!is_identity(name)) {
		(*strangers)++;
		return true;
	}
	state_package(hive, key, name);
	owners = hive_key(hive, key, SLICE("Owners"));
	if (owners)
		(void)hive_each_value(hive, owners, state_owner, &name);
	return !hive->is_full;
}

/* The table is whole when every key of it could be read: then what it omits is absent. */
static void read_packages(struct hive *hive, size_t servicing)
{
	size_t key = hive_key(hive, servicing, SLICE("Packages"));
	size_t count = 0, strangers = 0;
	struct fact *fact;

	if (!key) {
		parse_result_note(hive->result, DIAG_NO_PACKAGES_KEY, 0, servicing, SLICE_NONE);
		return;
	}
	if (!hive_each_key(hive, key, on_package, &strangers, &count))
		return;
	fact = hive_fact(hive, FACT_HIVE_PACKAGES, key);
	if (!fact)
		return;
	fact->index = (uint32_t)count;
	fact->flags = FLAG_HAS_INDEX;
	buf_reset(&hive->words);
	buf_printf(&hive->words, "Packages: %zu keys, %zu of them not named by an identity", count,
		strangers);
	fact->words = hive_words(hive);
}

/* ---- What waits ---------------------------------------------------------------------- */

static const struct hive_field pending_fields[] = {
	{ "CurrentState", HIVE_NUMBER, offsetof(struct package, state) },
	{ "LastError", HIVE_WORD, 0 },
};

static bool on_pending_package(struct hive *hive, void *self, size_t key, struct slice name)
{
	struct package package = { 0 };
	struct fact *fact;

	(void)self;
	if (!is_identity(name))
		return true;
	hive_take(hive, key, name, pending_fields, COUNT(pending_fields), &package);
	fact = hive_fact(hive, FACT_PENDING_PACKAGE, key);
	if (!fact)
		return false;
	fact->package = arena_copy(&hive->result->scratch, name);
	fact->current = state_of(package.state);
	fact->words = hive_words(hive);
	return true;
}

/* "30754321_1409286144", alone or at the head of more words; false when it is no session. */
static bool session_in(struct slice text, struct session_id *ret_session)
{
	struct slice low = text;
	struct slice high = slice_cut(&low, '_');
	size_t len = 0;

	while (len < low.len && is_digit(low.ptr[len]))
		len++;
	return slice_to_u32(high, 10, &ret_session->a) &&
		slice_to_u32(slice_from_to(low, 0, len), 10, &ret_session->b);
}

static void state_session(struct hive *hive, size_t at, struct slice name, struct slice text)
{
	struct fact *fact = hive_fact(hive, FACT_PENDING_SESSION, at);

	if (!fact)
		return;
	if (!session_in(name, &fact->session))
		(void)session_in(text, &fact->session);
	fact->name = arena_copy(&hive->result->scratch, name);
	buf_reset(&hive->words);
	buf_printf(&hive->words, "SessionsPending: %.*s", SLICE_ARG(name));
	if (text.len)
		buf_printf(&hive->words, "=%.*s", SLICE_ARG(text));
	fact->words = hive_words(hive);
}

static bool on_pending_session(struct hive *hive, void *self, size_t key, struct slice name)
{
	(void)self;
	state_session(hive, key, name, SLICE_NONE);
	return true;
}

/* A value names a session by its name or by its text, or is a mark that is not 0. */
static bool on_session_value(struct hive *hive, void *self, const struct hive_value *value)
{
	struct slice name = slice_from(value->name);
	struct slice text = SLICE_NONE;
	struct session_id session;
	uint32_t number = 0;
	char digits[16];

	(void)self;
	if (!hive_value_text(hive, value, &text) && hive_value_number(value, &number)) {
		(void)snprintf(digits, sizeof(digits), "0x%" PRIx32, number);
		text = slice_from(digits);
	}
	if (number || session_in(name, &session) || session_in(text, &session))
		state_session(hive, value->at, name, text);
	return true;
}

static void state_mark(struct hive *hive, size_t at, struct slice name, const char *words)
{
	struct fact *fact = hive_fact(hive, FACT_PENDING_MARK, at);

	if (!fact)
		return;
	fact->name = arena_copy(&hive->result->scratch, name);
	buf_reset(&hive->words);
	buf_printf(&hive->words, "%.*s: %s", SLICE_ARG(name), words);
	fact->words = hive_words(hive);
}

static const struct slice marks[] = {
	{ "RebootPending", 13 },
	{ "RebootInProgress", 16 },
	{ "PackagesPending", 15 },
	{ "LCUReoffer", 10 },
	{ "Unserviceable", 13 },
};

static const struct slice *mark_of(struct slice name)
{
	for (size_t i = 0; i < COUNT(marks); i++)
		if (slice_equal_nocase(name, marks[i]))
			return &marks[i];
	return NULL;
}

static bool on_servicing_key(struct hive *hive, void *self, size_t key, struct slice name)
{
	const struct slice *mark = mark_of(name);

	(void)self;
	if (mark)
		state_mark(hive, key, *mark, "the key is there");
	if (slice_equal_nocase(name, SLICE("PackagesPending")))
		(void)hive_each_key(hive, key, on_pending_package, NULL, NULL);
	if (slice_equal_nocase(name, SLICE("SessionsPending"))) {
		(void)hive_each_key(hive, key, on_pending_session, NULL, NULL);
		(void)hive_each_value(hive, key, on_session_value, NULL);
	}
	return true;
}

/* A mark that is a number says no when it is 0. */
static bool on_servicing_value(struct hive *hive, void *self, const struct hive_value *value)
{
	const struct slice *mark = mark_of(slice_from(value->name));
	uint32_t number;
	bool is_number = hive_value_number(value, &number);
	char words[32];

	(void)self;
	if (!mark || (is_number && number == 0))
		return true;
	(void)snprintf(
		words, sizeof(words), is_number ? "0x%" PRIx32 : "the value is there", number);
	state_mark(hive, value->at, *mark, words);
	return true;
}

/* ---- Which Windows ------------------------------------------------------------------- */

struct windows {
	struct hive_number major, minor, revision;
	struct slice version, build, build_number, lab, edition, product, display, release, type;
};

static const struct hive_field windows_fields[] = {
	{ "CurrentMajorVersionNumber", HIVE_NUMBER, offsetof(struct windows, major) },
	{ "CurrentMinorVersionNumber", HIVE_NUMBER, offsetof(struct windows, minor) },
	{ "CurrentVersion", HIVE_TEXT, offsetof(struct windows, version) },
	{ "CurrentBuild", HIVE_TEXT, offsetof(struct windows, build) },
	{ "CurrentBuildNumber", HIVE_TEXT, offsetof(struct windows, build_number) },
	{ "UBR", HIVE_NUMBER, offsetof(struct windows, revision) },
	{ "BuildLabEx", HIVE_TEXT, offsetof(struct windows, lab) },
	{ "EditionID", HIVE_TEXT, offsetof(struct windows, edition) },
	{ "ProductName", HIVE_TEXT, offsetof(struct windows, product) },
	{ "DisplayVersion", HIVE_TEXT, offsetof(struct windows, display) },
	{ "ReleaseId", HIVE_TEXT, offsetof(struct windows, release) },
	{ "InstallationType", HIVE_TEXT, offsetof(struct windows, type) },
};

/* "22621.1.amd64fre.ni_release.220506-1250" tells "amd64". */
static struct slice architecture_of(struct slice lab)
{
	struct slice flavor;

	(void)slice_cut(&lab, '.');
	(void)slice_cut(&lab, '.');
	flavor = slice_cut(&lab, '.');
	if (!slice_ends_nocase(flavor, SLICE("fre")) && !slice_ends_nocase(flavor, SLICE("chk")))
		return SLICE_NONE;
	return slice_from_to(flavor, 0, flavor.len - 3);
}

/* "10.0.26200.8037"; without its revision "6.1.7601". */
static struct slice version_of(struct hive *hive, const struct windows *windows)
{
	struct buf *text = &hive->words;
	struct slice build = windows->build_number.len ? windows->build_number : windows->build;

	buf_reset(text);
	if (windows->major.is_stated)
		buf_printf(
			text, "%" PRIu32 ".%" PRIu32, windows->major.value, windows->minor.value);
	else
		buf_put(text, windows->version);
	if (text->len && build.len)
		buf_printf(text, ".%.*s", SLICE_ARG(build));
	if (text->len && build.len && windows->revision.is_stated)
		buf_printf(text, ".%" PRIu32, windows->revision.value);
	return hive_words(hive);
}

static void read_version(struct hive *hive)
{
	size_t key = hive_key(hive, hive->root, SLICE(VERSION));
	struct windows windows = { 0 };
	struct slice words;
	struct fact *fact;

	if (!key)
		return;
	hive_take(hive, key, SLICE("CurrentVersion"), windows_fields, COUNT(windows_fields),
		&windows);
	if (!windows.version.len && !windows.major.is_stated && !windows.product.len)
		return;
	words = hive_words(hive);
	fact = hive_fact(hive, FACT_WINDOWS_VERSION, key);
	if (!fact)
		return;
	fact->words = words;
	fact->version = version_of(hive, &windows);
	fact->index = windows.revision.value;
	fact->flags = windows.revision.is_stated ? FLAG_HAS_INDEX : 0;
	fact->edition = windows.edition;
	fact->title = windows.product;
	fact->name = windows.display.len ? windows.display : windows.release;
	fact->description = windows.type;
	fact->architecture = architecture_of(windows.lab);
}

void hive_read_software(struct hive *hive)
{
	size_t servicing = hive_key(hive, hive->root, SLICE(SERVICING));

	read_version(hive);
	if (!servicing) {
		parse_result_note(hive->result, DIAG_NO_PACKAGES_KEY, 0, hive->root, SLICE_NONE);
		return;
	}
	read_packages(hive, servicing);
	(void)hive_each_key(hive, servicing, on_servicing_key, NULL, NULL);
	(void)hive_each_value(hive, servicing, on_servicing_value, NULL);
}

static unsigned bid(struct slice head)
{
	return hive_bid(head, HIVE_SOFTWARE);
}

static void read_file(const struct document_file *file, struct parse_result *result)
{
	hive_read(file, result, HIVE_SOFTWARE);
}

const struct parser parser_hive_software = {
	.name = "hive-software",
	.what = "the registry hive SOFTWARE: states of packages, what waits for a restart, the "
		"version",
	.looked_for = "'regf' at the start and the file type of a hive",
	.shape = PARSER_FILE,
	.is_of_image = true,
	.bid = bid,
	.read_file = read_file,
};
