/* version.h - the one place that names the release. */
#ifndef JM_VERSION_H
#define JM_VERSION_H

#define JM_VERSION "0.1.0"

#endif
