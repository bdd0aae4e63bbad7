/*
 * Saved console output of dism.exe. Read by listing_text.c; labels are those of
 * listed_fields.def. Outputs without packages, features, capabilities or images
 * (/Get-CurrentEdition, /Get-MountedWimInfo, /Get-Drivers) are taken and give no fact.
 * A page of documentation with an example in it is no such output: lists must make up a
 * sixth of the lines.
 */
#include "parsers/listing_text.h"

static unsigned bid(struct slice head)
{
	struct listing_signs signs = listing_text_look(head);

	return listing_text_bid(&signs, signs.dism, signs.powershell);
}

const struct parser parser_dism_listing = {
	.name = "dism-listing",
	.what = "saved output of dism.exe: /Get-Packages, /Get-Features, /Get-Capabilities, "
		"/Get-WimInfo",
	.looked_for = "three lines such as 'Package Identity : …', 'State : …', 'Packages "
		      "listing:', 'Index : 1'",
	.shape = PARSER_WHOLE,
	.is_of_image = true,
	.bid = bid,
	.read = listing_text_read,
};
