"""Why a person sees a customer, or does not."""
