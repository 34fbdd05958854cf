/*
 * secret_mask.h
 *		What stands wherever a secret stood.  Plain C: who reads a store's answers uses it, too.
 *
 * It is as long for every secret: its length would tell something of the secret's.
 */
#ifndef SPARKIFY_SECRET_MASK_H
#define SPARKIFY_SECRET_MASK_H

#define SECRET_MASK "********"

#endif /* SPARKIFY_SECRET_MASK_H */
