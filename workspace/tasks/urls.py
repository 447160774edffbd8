"""Tasks."""

from django.urls import path

from workspace.views import tasks
from workspace.views.task_list import task_list

urlpatterns = [
    path("", task_list, name="task_list"),
    path("new/", tasks.task_new, name="task_new"),
    path("customers/", tasks.task_customers, name="task_customers"),
    path("<int:task>/", tasks.task_edit, name="task_edit"),
    path("<int:task>/done/", tasks.task_done, name="task_done"),
    path("<int:task>/undo/", tasks.task_undo, name="task_undo"),
    path("<int:task>/finish/", tasks.task_finish, name="task_finish"),
    path("<int:task>/postpone/", tasks.task_postpone, name="task_postpone"),
    path("<int:task>/drop/", tasks.task_drop, name="task_drop"),
]
