/*
 * s3_store.h
 *		A bucket of S3, or of anything that speaks its protocol.
 */
#ifndef SPARKIFY_S3_STORE_H
#define SPARKIFY_S3_STORE_H

#include "source/s3/client/s3_config.h"
#include "source/store/object_store.h"

extern ObjectStore *S3StoreOpen(const S3StoreConfig *config, Failure *failure);

#endif /* SPARKIFY_S3_STORE_H */
