/* Result codes: the table, its search, the spellings of a code, what a code counts for. */
#include "model/code.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const struct code_entry entries[] = {
#define CODE(number, name, meaning) { number, name, meaning },
#include "model/hresult.def"
#undef CODE
};

#define WIN32_FRAME     0x80070000u
#define REBOOT_REQUIRED 0x80070BC2u /* success, a restart completes it */

/* The first entry whose code is not below `code`. */
static size_t lower_bound(uint32_t code)
{
	size_t low = 0, high = COUNT(entries);

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (entries[middle].code < code)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct code_entry *code_lookup(uint32_t code, size_t *ret_count)
{
	size_t first = lower_bound(code), end = first;

	while (end < COUNT(entries) && entries[end].code == code)
		end++;
	*ret_count = end - first;
	return end > first ? &entries[first] : NULL;
}

const char *code_name(uint32_t code)
{
	size_t count;
	const struct code_entry *entry = code_lookup(code, &count);

	return entry ? entry->name : "";
}

/*
 * Who hands out the codes of a range. The first row that fits wins: narrow ranges stand
 * before the facility that holds them.
 */
static const struct {
	uint32_t mask, value;
	const char *words;
} facilities[] = {
	{ 0xFFFFFFF0, 0x800F0980, "setup 0x800f: CBS, delta payload (PSFX)" },
	{ 0xFFFFFFF0, 0x800F0990, "setup 0x800f: CBS, delta payload (PSFX)" },
	{ 0xFFFFF800, 0x800F0800, "setup 0x800f: CBS, component based servicing" },
	{ 0xFFFFF800, 0x000F0800, "setup 0x000f, success: CBS, component based servicing" },
	{ 0xFFFF0000, 0x800F0000, "setup 0x800f: SetupAPI, driver installation" },
	{ 0xFFFF0000, 0xC1420000, "image mounting 0xc142: wimgapi" },
	{ 0xFFFF0000, 0xC1510000, "image management 0xc151: DISM" },
	{ 0xFFFF0000, 0x80240000, "Windows Update 0x8024: FACILITY_WINDOWSUPDATE" },
	{ 0xFFFF0000, 0x00240000, "Windows Update 0x0024, success: FACILITY_WINDOWSUPDATE" },
	{ 0xFFFF0000, 0x80070000, "Win32 0x8007: FACILITY_WIN32" },
	{ 0xFFFF0000, 0x80000000, "general 0x8000: FACILITY_NULL" },
	{ 0xFFFF0000, 0x80010000, "remote calls 0x8001: FACILITY_RPC" },
	{ 0xFFFF0000, 0x80020000, "automation 0x8002: FACILITY_DISPATCH" },
	{ 0xFFFF0000, 0x80030000, "structured storage 0x8003: FACILITY_STORAGE" },
	{ 0xFFFF0000, 0x80040000, "the interface that was called 0x8004: FACILITY_ITF" },
	{ 0xFFFF0000, 0x80080000, "COM 0x8008: FACILITY_WINDOWS" },
	{ 0xFFFF0000, 0x80090000, "security and signatures 0x8009: FACILITY_SECURITY" },
	{ 0xFFFF0000, 0x800B0000, "certificates and trust 0x800b: FACILITY_CERT" },
	{ 0xFFFF0000, 0x800C0000, "internet 0x800c: FACILITY_INTERNET" },
	{ 0xFFFF0000, 0x80130000, ".NET runtime 0x8013: FACILITY_URT" },
	{ 0xFFFF0000, 0x80190000, "HTTP 0x8019: FACILITY_HTTP" },
	{ 0xFFFF0000, 0x80200000, "background transfer 0x8020: FACILITY_BACKGROUNDCOPY" },
	{ 0xFFFF0000, 0x80310000, "drive encryption 0x8031: FACILITY_FVE" },
	{ 0xF0000000, 0xD0000000, "an NTSTATUS in the frame of an HRESULT" },
	{ 0xF0000000, 0xC0000000, "an NTSTATUS, or a code of the program's own" },
	{ 0xFFFF0000, 0x00000000, "a bare number: a Win32 code, or a success code" },
};

const char *code_facility(uint32_t code)
{
	for (size_t i = 0; i < COUNT(facilities); i++)
		if ((code & facilities[i].mask) == facilities[i].value)
			return facilities[i].words;
	return code & 0x80000000u ? "a failure of a facility not known here"
				  : "a success code of a facility not known here";
}

static bool has_letter(struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		if (!is_digit(text.ptr[i]))
			return true;
	return false;
}

static bool parse_negative(struct slice text, uint32_t *ret_code)
{
	uint32_t value;

	if (!slice_to_u32(text, 10, &value) || value > (uint32_t)INT32_MAX + 1)
		return false;
	*ret_code = 0u - value;
	return true;
}

/*
 * Eight characters are hexadecimal when one is a letter or the first is an 8 (a failing
 * HRESULT without its 0x); 16782211, a CI_ID's size, stays a decimal number. Nine or more
 * letters and digits, or fewer than eight, are hexadecimal behind 0x only.
 */
bool code_parse(struct slice text, uint32_t *ret_code)
{
	if (slice_starts_nocase(text, SLICE("0x")))
		return text.len <= 10 && slice_to_u32(slice_skip(text, 2), 16, ret_code);
	if (slice_starts(text, SLICE("-")))
		return parse_negative(slice_skip(text, 1), ret_code);
	if (text.len == 8 && (text.ptr[0] == '8' || has_letter(text)))
		return slice_to_u32(text, 16, ret_code);
	return slice_to_u32(text, 10, ret_code);
}

bool code_is_generic(uint32_t code)
{
	return code == 0x80004005u || code == 0x80004004u || code == 0x80070001u;
}

bool code_is_failure(uint32_t code)
{
	return (code & 0x80000000u) && code != REBOOT_REQUIRED;
}

int32_t code_win32(uint32_t code)
{
	if ((code & 0xFFFF0000u) == WIN32_FRAME)
		return (int32_t)(code & 0xFFFFu);
	return (int32_t)code;
}
