/*
 * Release types of packages: the words of dism.exe and of manifests, PowerShell's (the same
 * without blanks), and the numbers of DismReleaseType (dismapi.h), which exports print.
 */
#ifndef MODEL_RELEASE_H
#define MODEL_RELEASE_H

#include "base/slice.h"

/* "SecurityUpdate" and "security update" are "Security Update"; unknown words stay, without
 * the blanks around them. */
struct slice release_name(struct slice words);
/* 4 is "Security Update"; SLICE_NONE when unknown. */
struct slice release_of_number(uint32_t number);

/* Types that an administrator approves: Hotfix, Security Update, Service Pack… */
bool release_is_update(struct slice release);
/* Types that are parts of Windows: language packs, features on demand, foundation… */
bool release_is_system(struct slice release);

#endif
